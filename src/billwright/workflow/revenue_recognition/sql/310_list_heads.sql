-- step: list_heads
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line
-- writes: none
-- uses: revenue_head
-- why: the lines behind a figure of the waterfall, those with most left first.
select
    h.head_invoice_id,
    h.head_line_no,
    i.number,
    i.account_id,
    l.text,
    l.service_from,
    l.service_to,
    h.currency,
    h.net_minor::bigint as net_minor,
    h.done_minor::bigint as done_minor,
    h.due_minor::bigint as due_minor
from revenue_head as h
inner join invoicing_invoice as i on i.id = h.head_invoice_id
inner join invoicing_invoice_line as l on l.invoice_id = h.head_invoice_id and l.line_no = h.head_line_no
where h.ledger_account_id = %(ledger_account_id)s
  and h.net_minor <> h.done_minor
order by abs(h.net_minor - h.done_minor) desc, h.head_invoice_id, h.head_line_no
limit %(limit)s
