-- step: lock_items
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- why: an item is paid once: whoever decides over it holds it until the money is allocated. One order for all.
select i.id
from receivables_open_item as i
where i.open_minor > 0
    and (i.account_id = any(%(account_ids)s::bigint[]) or i.id = any(%(item_ids)s::bigint[]))
order by i.id
for no key update
