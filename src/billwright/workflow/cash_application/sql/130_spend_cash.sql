-- step: spend_cash
-- owner: receivables
-- reads: none
-- writes: receivables_unallocated_cash
-- uses: match_move, match_share
-- why: what was moved or settled is no longer left of the pieces that it came from; no more than is left, or the
--      table's own constraint refuses the batch.
with

taken as (
    select
        m.cash_id,
        m.amount_minor
    from match_move as m
    union all
    select
        s.cash_id,
        s.amount_minor
    from match_share as s
    where not s.is_moved
),

totals as (
    select
        t.cash_id,
        sum(t.amount_minor) as amount_minor
    from taken as t
    group by t.cash_id
)

update receivables_unallocated_cash as c
set open_minor = c.open_minor - t.amount_minor
from totals as t
where c.id = t.cash_id
