-- step: take_moved
-- owner: receivables
-- reads: none
-- writes: receivables_unallocated_cash
-- why: what is left of pieces follows the shares that were just moved away from them.
with

moved as (
    select
        t.cash_id,
        sum(t.amount_minor) as amount_minor
    from json_to_recordset(%(moves)s) as t (cash_id bigint, amount_minor bigint)
    group by t.cash_id
)

update receivables_unallocated_cash as c
set open_minor = c.open_minor - m.amount_minor
from moved as m
where c.id = m.cash_id
