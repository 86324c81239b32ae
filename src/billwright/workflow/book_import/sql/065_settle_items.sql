-- step: settle_items
-- owner: receivables
-- reads: none
-- writes: receivables_open_item
-- uses: book_import_row
-- why: the cached open amount of an item is less by what receipts of this chunk settle of it.
with

settled as (
    select
        r.item_id,
        sum(r.settled_minor) as settled_minor
    from book_import_row as r
    where r.item_id is not null
    group by r.item_id
)

update receivables_open_item
set open_minor = open_minor - settled.settled_minor
from settled
where receivables_open_item.id = settled.item_id
