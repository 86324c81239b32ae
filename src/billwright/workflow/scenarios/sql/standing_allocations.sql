-- step: standing_allocations
-- owner: receivables
-- reads: receivables_allocation, receivables_unallocated_cash, receivables_open_item
-- writes: none
-- why: allocations that no later row undoes, by receipt and document, for the act that undoes them.
select
    l.id,
    c.payment_id,
    o.invoice_id
from receivables_allocation as l
inner join receivables_open_item as o on o.id = l.open_item_id
inner join receivables_unallocated_cash as c on c.id = l.cash_id
where l.reverses_id is null
    and not exists (select 1 from receivables_allocation as r where r.reverses_id = l.id)
order by l.id
