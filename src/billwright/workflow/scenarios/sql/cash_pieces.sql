-- step: cash_pieces
-- owner: receivables
-- reads: receivables_unallocated_cash
-- writes: none
-- why: the pieces of every receipt and what is left of each.
select
    c.payment_id,
    c.id,
    c.open_minor,
    c.currency
from receivables_unallocated_cash as c
order by c.id
