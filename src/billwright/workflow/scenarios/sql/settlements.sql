-- step: settlements
-- owner: receivables
-- reads: receivables_allocation, receivables_unallocated_cash, receivables_open_item
-- writes: none
-- why: what each receipt or credit note settles of each document today, reversals taken off.
select
    c.payment_id,
    k.invoice_id as credit_note_id,
    o.invoice_id,
    sum(l.amount_minor)::bigint as amount_minor,
    l.currency
from receivables_allocation as l
inner join receivables_open_item as o on o.id = l.open_item_id
left join receivables_unallocated_cash as c on c.id = l.cash_id
left join receivables_open_item as k on k.id = l.credit_item_id
where l.write_off_id is null
group by c.payment_id, k.invoice_id, o.invoice_id, l.currency
having sum(l.amount_minor) <> 0
order by min(l.id)
