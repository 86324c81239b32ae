-- step: spend_credits
-- owner: receivables
-- reads: none
-- writes: receivables_open_item
-- uses: run_allocation, run_issue
-- needs: run_allocation
-- why: earlier credit notes shrink by what was taken of them; those of this run were written with what is left.
with

spent as (
    select a.credit_item_id, sum(a.amount_minor) as amount_minor
    from run_allocation as a
    where a.credit_item_id is not null
      and a.credit_item_id not in (select i.open_item_id from run_issue as i)
    group by a.credit_item_id
)

update receivables_open_item as o
set open_minor = o.open_minor + spent.amount_minor
from spent
where o.id = spent.credit_item_id
