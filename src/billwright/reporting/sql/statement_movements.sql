-- step: statement_movements
-- owner: reporting
-- reads: ledger_posting, ledger_account, ledger_journal_entry, invoicing_invoice, receivables_open_item,
--        payments_payment, payments_return, payments_refund
-- writes: none
-- why: what moved the balance of accounts, entry by entry: what they owe less what we hold of theirs unallocated.
--      Settling an item with the account's own money moves nothing and is left out. All before the first day is
--      one row without an entry: the opening balance.
with

entries as (
    select
        p.billing_account_id as account_id,
        p.entry_id,
        p.currency,
        sum(p.amount_minor) as net_minor
    from ledger_posting as p
    inner join ledger_account as a on p.ledger_account_id = a.id
    where a.role in ('RECEIVABLES', 'UNALLOCATED_CASH') and p.billing_account_id = any(%(account_ids)s::bigint[])
    group by p.billing_account_id, p.entry_id, p.currency
    having sum(p.amount_minor) <> 0
),

dated as (
    select
        n.*,
        e.accounting_date,
        e.document_date,
        e.kind
    from entries as n
    inner join ledger_journal_entry as e on n.entry_id = e.id
    where e.accounting_date <= %(until)s
),

documents as (
    select
        v.entry_id,
        v.number,
        v.due_date,
        v.kind,
        case
            when v.payment_parts is not null
                then (
                    select json_agg(json_build_array(o.due_date, o.amount_minor) order by o.part_no)
                    from receivables_open_item as o
                    where o.invoice_id = v.id
                )
        end as parts
    from invoicing_invoice as v
    where v.account_id = any(%(account_ids)s::bigint[]) and v.entry_id is not null
),

receipts as (
    select
        p.entry_id,
        'RECEIPT' as kind,
        p.number,
        p.reference
    from payments_payment as p
    where p.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        r.entry_id,
        'RETURN' as kind,
        p.number,
        r.reason as reference
    from payments_return as r
    inner join payments_payment as p on r.payment_id = p.id
    where p.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        f.entry_id,
        'REFUND' as kind,
        f.number,
        f.reference
    from payments_refund as f
    where f.account_id = any(%(account_ids)s::bigint[])
)

select
    d.account_id,
    null::bigint as entry_id,
    d.currency,
    null::date as accounting_date,
    null::date as document_date,
    '' as kind,
    sum(d.net_minor)::bigint as net_minor,
    '' as number,
    '' as reference,
    null::date as due_date,
    null::json as parts
from dated as d
where d.accounting_date < %(since)s
group by d.account_id, d.currency
union all
select
    d.account_id,
    d.entry_id,
    d.currency,
    d.accounting_date,
    d.document_date,
    coalesce(v.kind, r.kind, d.kind) as kind,
    d.net_minor::bigint as net_minor,
    coalesce(v.number, r.number, '') as number,
    coalesce(r.reference, '') as reference,
    v.due_date,
    v.parts
from dated as d
left join documents as v on d.entry_id = v.entry_id
left join receipts as r on d.entry_id = r.entry_id
where d.accounting_date >= %(since)s
order by account_id, accounting_date nulls first, entry_id
