-- step: reopen_heads
-- owner: invoicing
-- reads: invoicing_revenue_posting
-- writes: invoicing_revenue_schedule
-- why: what a reversal took back is to be recognized again.
update invoicing_revenue_schedule as s
set settled_on = null
from invoicing_revenue_posting as p
where p.run_id = %(run_id)s
  and s.head_invoice_id = p.invoice_id
  and s.head_line_no = p.line_no
  and s.settled_on is not null
