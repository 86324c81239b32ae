-- step: take_discounts
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_line, run_line_discount
-- needs: run_line_discount
-- why: a line's discount is the sum of what maximums and discounts took off it.
with

taken as (
    select d.line_id, sum(d.amount_minor) as amount_minor
    from run_line_discount as d
    group by d.line_id
)

update run_line
set
    discount_minor = run_line.discount_minor + round(taken.amount_minor),
    exact_discount = case when run_line.rounding = 'sum_then_round' then taken.amount_minor end
from taken
where run_line.line_id = taken.line_id
