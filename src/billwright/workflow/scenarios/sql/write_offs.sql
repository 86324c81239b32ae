-- step: write_offs
-- owner: receivables
-- reads: receivables_write_off, receivables_allocation, receivables_open_item, receivables_source_use,
--        receivables_unallocated_cash
-- writes: none
-- why: what was given up of each document and stands, and the rests of payments that were kept.
select
    i.invoice_id,
    null::bigint as payment_id,
    sum(a.amount_minor)::bigint as amount_minor,
    w.currency
from receivables_write_off as w
inner join receivables_allocation as a on w.id = a.write_off_id
inner join receivables_open_item as i on a.open_item_id = i.id
group by w.id, i.invoice_id, w.currency
having sum(a.amount_minor) <> 0
union all
select
    null as invoice_id,
    c.payment_id,
    u.amount_minor,
    u.currency
from receivables_source_use as u
inner join receivables_unallocated_cash as c on u.cash_id = c.id
where u.kind = 'KEPT'
order by invoice_id, payment_id
