-- step: settle_heads
-- owner: invoicing
-- reads: none
-- writes: invoicing_revenue_schedule
-- uses: revenue_head
-- why: heads of which nothing is left are not read again; one that a later line credits is open again until it is.
update invoicing_revenue_schedule as s
set settled_on = verdict.settled_on
from (
    select
        h.head_invoice_id,
        h.head_line_no,
        case
            when h.net_minor = h.done_minor + h.due_minor and h.base_minor = h.done_base_minor + h.due_base_minor
                then %(as_of)s::date
        end as settled_on
    from revenue_head as h
) as verdict
where s.head_invoice_id = verdict.head_invoice_id
  and s.head_line_no = verdict.head_line_no
  and s.settled_on is distinct from verdict.settled_on
