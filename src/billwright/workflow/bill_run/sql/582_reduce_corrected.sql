-- step: reduce_corrected
-- owner: receivables
-- reads: none
-- writes: receivables_open_item
-- uses: run_own_credit
-- needs: run_own_credit
-- why: what a credit note settled of other documents is no longer open.
with

settled as (
    select c.open_item_id, sum(c.amount_minor) as amount_minor
    from run_own_credit as c
    group by c.open_item_id
)

update receivables_open_item as o
set open_minor = o.open_minor - settled.amount_minor
from settled
where o.id = settled.open_item_id
