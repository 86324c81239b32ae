-- step: write_discounts
-- owner: invoicing
-- reads: none
-- writes: invoicing_line_discount
-- uses: run_line_discount, run_line, run_post, run_share
-- needs: run_line_discount
-- why: each discount that a line took, in order, and the period that it counts for. Where prices include tax or lines are
-- not rounded, each is the line's discount up to it less that before it, so that they add up to the line's.
with

placed as (
    select
        p.invoice_id,
        s.line_no,
        d.*,
        row_number() over up_to as place,
        l.discount_minor,
        sum(d.amount_minor) over up_to as up_to,
        sum(d.amount_minor) over (partition by d.line_id) as whole
    from run_line_discount as d
    inner join run_line as l on l.line_id = d.line_id
    inner join run_post as p on p.line_id = d.line_id
    inner join run_share as s on s.line_id = d.line_id
    window up_to as (partition by d.line_id order by d.discount_no rows unbounded preceding)
)

insert into invoicing_line_discount (
    invoice_id, line_no, place, discount_id, name, percent, amount_minor, period_from
)
select
    d.invoice_id,
    d.line_no,
    d.place,
    d.discount_id,
    d.name,
    d.percent,
    round(d.discount_minor * d.up_to / d.whole) - round(d.discount_minor * (d.up_to - d.amount_minor) / d.whole)
        as amount_minor,
    d.period_from
from placed as d
order by d.invoice_id, d.line_no, d.place
