-- step: reconcile_entries
-- owner: reporting
-- reads: invoicing_invoice, payments_payment, receivables_open_item, receivables_unallocated_cash,
--        receivables_allocation, receivables_source_use, receivables_wallet_use, ledger_posting, ledger_account, ledger_journal_entry
-- writes: none
-- why: what each entry should say about an account by our rows, beside what it says: the entry that differs has a name.
with

expected as (
    select
        v.entry_id,
        v.account_id,
        v.currency,
        'RECEIVABLES' as role,
        v.total_minor as amount_minor
    from invoicing_invoice as v
    where v.state = 'ISSUED' and v.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        p.entry_id,
        p.account_id,
        p.currency,
        'UNALLOCATED_CASH' as role,
        -p.amount_minor as amount_minor
    from payments_payment as p
    where p.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        a.entry_id,
        a.account_id,
        a.currency,
        'RECEIVABLES' as role,
        -a.amount_minor as amount_minor
    from receivables_allocation as a
    where a.entry_id is not null and a.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        a.entry_id,
        c.account_id,
        a.currency,
        'UNALLOCATED_CASH' as role,
        a.amount_minor
    from receivables_allocation as a
    inner join receivables_unallocated_cash as c on a.cash_id = c.id
    where c.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        a.entry_id,
        i.account_id,
        a.currency,
        'RECEIVABLES' as role,
        a.amount_minor
    from receivables_allocation as a
    inner join receivables_open_item as i on a.credit_item_id = i.id
    where a.entry_id is not null and i.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        u.entry_id,
        u.account_id,
        u.currency,
        case when u.cash_id is not null then 'UNALLOCATED_CASH' else 'RECEIVABLES' end as role,
        u.amount_minor
    from receivables_source_use as u
    where u.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        coalesce(u.to_entry_id, u.entry_id) as entry_id,
        c.account_id,
        c.currency,
        'UNALLOCATED_CASH' as role,
        -c.amount_minor as amount_minor
    from receivables_source_use as u
    inner join receivables_unallocated_cash as c on u.to_cash_id = c.id
    where c.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        w.entry_id,
        c.account_id,
        c.currency,
        'UNALLOCATED_CASH' as role,
        -w.amount_minor as amount_minor
    from receivables_wallet_use as w
    inner join receivables_unallocated_cash as c on w.to_cash_id = c.id
    where c.account_id = any(%(account_ids)s::bigint[])
),

ours as (
    select
        e.entry_id,
        e.account_id,
        e.currency,
        e.role,
        sum(e.amount_minor) as amount_minor
    from expected as e
    group by e.entry_id, e.account_id, e.currency, e.role
),

theirs as (
    select
        p.entry_id,
        p.billing_account_id as account_id,
        p.currency,
        a.role,
        sum(p.amount_minor) as amount_minor
    from ledger_posting as p
    inner join ledger_account as a on p.ledger_account_id = a.id
    where a.role in ('RECEIVABLES', 'UNALLOCATED_CASH') and p.billing_account_id = any(%(account_ids)s::bigint[])
    group by p.entry_id, p.billing_account_id, p.currency, a.role
),

differing as (
    select
        coalesce(o.entry_id, t.entry_id) as entry_id,
        coalesce(o.account_id, t.account_id) as account_id,
        coalesce(o.currency, t.currency) as currency,
        coalesce(o.role, t.role) as role,
        coalesce(o.amount_minor, 0) as ours_minor,
        coalesce(t.amount_minor, 0) as ledger_minor
    from ours as o
    full join theirs as t
        on o.entry_id = t.entry_id and o.account_id = t.account_id and o.currency = t.currency and o.role = t.role
    where coalesce(o.amount_minor, 0) <> coalesce(t.amount_minor, 0)
)

select
    d.entry_id,
    d.account_id,
    d.currency,
    d.role,
    d.ours_minor::bigint as ours_minor,
    d.ledger_minor::bigint as ledger_minor,
    e.entry_key,
    e.accounting_date
from differing as d
left join ledger_journal_entry as e on d.entry_id = e.id
order by d.account_id, d.entry_id, d.role
