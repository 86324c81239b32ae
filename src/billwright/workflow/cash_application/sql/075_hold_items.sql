-- step: hold_items
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- why: what a batch settles is held until the money is allocated; what is open of it tells whether somebody else was
--      faster. What another holds is passed over: nobody waits for the end of somebody else's batch.
select
    i.id,
    i.open_minor
from receivables_open_item as i
where i.id = any(%(item_ids)s::bigint[])
order by i.id
for no key update skip locked
