-- step: spend_cash
-- owner: receivables
-- reads: none
-- writes: receivables_unallocated_cash
-- uses: run_allocation
-- needs: run_allocation
-- why: the cached open amount follows the allocations.
with

spent as (
    select a.cash_id, sum(a.amount_minor) as amount_minor
    from run_allocation as a
    where a.cash_id is not null
    group by a.cash_id
)

update receivables_unallocated_cash as c
set open_minor = c.open_minor - spent.amount_minor
from spent
where c.id = spent.cash_id
