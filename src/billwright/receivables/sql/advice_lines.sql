-- step: advice_lines
-- owner: receivables
-- reads: receivables_remittance_line, receivables_remittance_advice, receivables_open_item, receivables_allocation,
--        receivables_unallocated_cash, invoicing_invoice
-- writes: none
-- why: the lines of advice beside what is open of their documents and what the receipt that they belong to paid of them.
select
    l.advice_id,
    l.place,
    l.document,
    l.amount_minor,
    l.deduction_minor,
    l.reason,
    l.open_item_id,
    i.invoice_id,
    coalesce(v.number, '') as number,
    i.open_minor,
    coalesce(p.paid_minor, 0)::bigint as paid_minor
from receivables_remittance_line as l
inner join receivables_remittance_advice as a on l.advice_id = a.id
left join receivables_open_item as i on l.open_item_id = i.id
left join invoicing_invoice as v on i.invoice_id = v.id
left join lateral (
    select sum(r.amount_minor) as paid_minor
    from receivables_allocation as r
    inner join receivables_unallocated_cash as c on r.cash_id = c.id
    where r.open_item_id = l.open_item_id and c.payment_id = a.payment_id
) as p on true
where l.advice_id = any(%(advice_ids)s::bigint[])
order by l.advice_id, l.place
