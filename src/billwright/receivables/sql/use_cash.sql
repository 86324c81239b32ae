-- step: use_cash
-- owner: receivables
-- reads: receivables_allocation
-- writes: receivables_unallocated_cash
-- why: what is left of each piece follows the allocations just written.
with

totals as (
    select
        a.cash_id,
        sum(a.amount_minor) as used_minor
    from receivables_allocation as a
    where a.id = any(%(allocation_ids)s) and a.cash_id is not null
    group by a.cash_id
)

update receivables_unallocated_cash as c
set open_minor = c.open_minor - t.used_minor
from totals as t
where c.id = t.cash_id
