-- step: settle_items
-- owner: receivables
-- reads: none
-- writes: receivables_open_item
-- uses: match_share
-- why: the cached open amounts follow the allocations of the batch; never below nothing, by the table's constraint.
with

totals as (
    select
        s.item_id,
        sum(s.amount_minor) as amount_minor
    from match_share as s
    group by s.item_id
)

update receivables_open_item as i
set open_minor = i.open_minor - t.amount_minor
from totals as t
where i.id = t.item_id
