-- step: reconcile_accounts
-- owner: reporting
-- reads: accounts_billing_account, invoicing_invoice, receivables_open_item, receivables_unallocated_cash,
--        ledger_posting, ledger_account
-- writes: none
-- why: per account the same money three times: documents, sub-ledger, ledger.
with

documents as (
    select
        v.account_id,
        sum(v.total_minor) as amount_minor
    from invoicing_invoice as v
    where v.state = 'ISSUED' and (%(account_ids)s::bigint[] is null or v.account_id = any(%(account_ids)s::bigint[]))
    group by v.account_id
),

items as (
    select
        i.account_id,
        sum(i.amount_minor) as amount_minor,
        sum(i.open_minor) as open_minor
    from receivables_open_item as i
    where %(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[])
    group by i.account_id
),

cash as (
    select
        c.account_id,
        sum(c.open_minor) as open_minor
    from receivables_unallocated_cash as c
    where c.account_id is not null
        and (%(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[]))
    group by c.account_id
),

ledger as (
    select
        p.billing_account_id as account_id,
        coalesce(sum(p.amount_minor) filter (where a.role = 'RECEIVABLES'), 0) as control_minor,
        -coalesce(sum(p.amount_minor) filter (where a.role = 'UNALLOCATED_CASH'), 0) as cash_minor
    from ledger_posting as p
    inner join ledger_account as a on p.ledger_account_id = a.id
    where a.role in ('RECEIVABLES', 'UNALLOCATED_CASH')
        and p.billing_account_id is not null
        and (%(account_ids)s::bigint[] is null or p.billing_account_id = any(%(account_ids)s::bigint[]))
    group by p.billing_account_id
)

select
    b.id,
    b.number,
    b.legal_entity_id,
    b.currency_id,
    coalesce(d.amount_minor, 0)::bigint as documents_minor,
    coalesce(i.amount_minor, 0)::bigint as items_minor,
    coalesce(i.open_minor, 0)::bigint as open_minor,
    coalesce(l.control_minor, 0)::bigint as control_minor,
    coalesce(c.open_minor, 0)::bigint as unallocated_minor,
    coalesce(l.cash_minor, 0)::bigint as cash_ledger_minor
from accounts_billing_account as b
left join documents as d on b.id = d.account_id
left join items as i on b.id = i.account_id
left join cash as c on b.id = c.account_id
left join ledger as l on b.id = l.account_id
where coalesce(d.account_id, i.account_id, c.account_id, l.account_id) is not null
    and (%(account_ids)s::bigint[] is null or b.id = any(%(account_ids)s::bigint[]))
order by b.number
