-- step: estimate_items
-- owner: reporting
-- reads: receivables_open_item
-- writes: none
-- why: about how many open items there ever were, without counting them: the last number given to one.
select coalesce(max(i.id), 0) as items
from receivables_open_item as i
