-- step: write_opposites
-- owner: invoicing
-- reads: invoicing_revenue_posting
-- writes: invoicing_revenue_posting
-- why: a reversed recognition takes back every row of it, by rows of its own.
insert into invoicing_revenue_posting (run_id, invoice_id, line_no, recognized_minor, base_minor)
select
    %(run_id)s as run_id,
    p.invoice_id,
    p.line_no,
    -p.recognized_minor as recognized_minor,
    -p.base_minor as base_minor
from invoicing_revenue_posting as p
where p.run_id = %(reverses_id)s
