-- step: ours_to_compare
-- owner: receivables
-- reads: receivables_open_item, receivables_unallocated_cash, receivables_allocation, receivables_source_use,
--        invoicing_invoice, payments_payment, payments_refund
-- writes: none
-- why: what our books have of some accounts, up to a day and a little after it, beside the customer's own paper.
with

items as (
    select
        i.invoice_id,
        i.account_id,
        i.currency,
        i.amount_minor,
        i.amount_minor
        - coalesce((
            select sum(a.amount_minor) from receivables_allocation as a
            where a.open_item_id = i.id and a.accounting_date <= %(as_of)s
        ), 0)
        + coalesce((
            select sum(a.amount_minor) from receivables_allocation as a
            where a.credit_item_id = i.id and a.accounting_date <= %(as_of)s
        ), 0)
        + coalesce((
            select sum(u.amount_minor) from receivables_source_use as u
            where u.credit_item_id = i.id and u.accounting_date <= %(as_of)s
        ), 0) as open_minor
    from receivables_open_item as i
    where i.account_id = any(%(account_ids)s::bigint[]) and i.document_date <= %(as_of)s
),

documents as (
    select
        'invoice:' || i.invoice_id as our_key,
        i.account_id,
        i.currency,
        sum(i.amount_minor)::bigint as amount_minor,
        sum(i.open_minor)::bigint as open_minor,
        i.invoice_id
    from items as i
    group by i.invoice_id, i.account_id, i.currency
),

cash as (
    select
        c.id,
        c.account_id,
        c.currency,
        c.payment_id,
        c.value_date,
        c.amount_minor - coalesce((
            select sum(u.amount_minor) from receivables_source_use as u
            where u.cash_id = c.id and u.kind in ('TRANSFER', 'RETURN') and u.accounting_date <= %(until)s
        ), 0) as amount_minor,
        c.amount_minor - coalesce((
            select sum(u.amount_minor) from receivables_source_use as u
            where u.cash_id = c.id and u.accounting_date <= %(as_of)s
        ), 0) - coalesce((
            select sum(a.amount_minor) from receivables_allocation as a
            where a.cash_id = c.id and a.accounting_date <= %(as_of)s
        ), 0) as open_minor
    from receivables_unallocated_cash as c
    where c.account_id = any(%(account_ids)s::bigint[]) and c.value_date <= %(until)s
)

select
    d.our_key,
    true as is_document,
    d.account_id,
    d.currency,
    v.number,
    '' as reference,
    v.document_date as dated_on,
    d.amount_minor,
    d.open_minor
from documents as d
inner join invoicing_invoice as v on d.invoice_id = v.id

union all

select
    'cash:' || c.id as our_key,
    false as is_document,
    c.account_id,
    c.currency,
    p.number,
    p.reference,
    c.value_date as dated_on,
    (-c.amount_minor)::bigint as amount_minor,
    (-c.open_minor)::bigint as open_minor
from cash as c
inner join payments_payment as p on c.payment_id = p.id
where c.amount_minor > 0

union all

select
    'refund:' || r.id as our_key,
    false as is_document,
    r.account_id,
    r.currency,
    r.number,
    r.reference,
    r.value_date as dated_on,
    r.amount_minor,
    0::bigint as open_minor
from payments_refund as r
where r.account_id = any(%(account_ids)s::bigint[]) and r.value_date <= %(until)s
order by dated_on, our_key
