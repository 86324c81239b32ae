-- step: write_revenue
-- owner: invoicing
-- reads: none
-- writes: invoicing_revenue_posting
-- uses: revenue_head
-- why: one row a head and run, only where something is recognized.
insert into invoicing_revenue_posting (run_id, invoice_id, line_no, recognized_minor, base_minor)
select
    %(run_id)s as run_id,
    h.head_invoice_id,
    h.head_line_no,
    h.due_minor,
    h.due_base_minor
from revenue_head as h
where h.due_minor <> 0
   or h.due_base_minor <> 0
order by h.head_invoice_id, h.head_line_no
