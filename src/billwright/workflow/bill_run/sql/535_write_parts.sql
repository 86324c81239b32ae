-- step: write_parts
-- owner: invoicing
-- reads: none
-- writes: invoicing_line_part
-- uses: run_part, run_line, run_post, run_share
-- needs: run_part
-- why: the tiers and bands that a line adds up, so that it can be explained and reckoned again.
insert into invoicing_line_part (
    invoice_id, line_no, part_no, label, quantity, unit_price, flat, percent, package_size, amount
)
select
    p.invoice_id,
    s.line_no,
    part.part_no,
    part.label,
    part.quantity,
    part.unit_price,
    part.flat,
    part.percent,
    part.package_size,
    part.amount
from run_part as part
inner join run_line as l on l.slice_id = part.slice_id
inner join run_post as p on p.line_id = l.line_id
inner join run_share as s on s.line_id = l.line_id
order by p.invoice_id, s.line_no, part.part_no
