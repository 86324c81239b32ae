-- step: settle_items
-- owner: receivables
-- reads: receivables_allocation
-- writes: receivables_open_item
-- why: the cached open amounts follow the allocations just written; a credit note's item is used up towards zero.
with

changes as (
    select
        a.open_item_id as item_id,
        -a.amount_minor as change_minor
    from receivables_allocation as a
    where a.id = any(%(allocation_ids)s)
    union all
    select
        a.credit_item_id as item_id,
        a.amount_minor as change_minor
    from receivables_allocation as a
    where a.id = any(%(allocation_ids)s) and a.credit_item_id is not null
),

totals as (
    select
        item_id,
        sum(change_minor) as change_minor
    from changes
    group by item_id
)

update receivables_open_item as i
set open_minor = i.open_minor + t.change_minor
from totals as t
where i.id = t.item_id
