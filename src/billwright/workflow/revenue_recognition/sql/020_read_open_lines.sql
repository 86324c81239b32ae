-- step: read_open_lines
-- owner: invoicing
-- reads: invoicing_revenue_schedule
-- writes: none
-- uses: revenue_line
-- why: lines of which something was left at the end of the day, and those that a new line credits.
insert into revenue_line
select
    s.head_invoice_id,
    s.head_line_no,
    s.invoice_id,
    s.line_no,
    s.legal_entity_id,
    s.ledger_account_id,
    s.currency,
    s.service_from,
    s.ends_before,
    s.net_minor,
    s.base_minor,
    s.accounting_date,
    false as is_new
from invoicing_revenue_schedule as s
where s.legal_entity_id = %(legal_entity_id)s
  and s.accounting_date <= %(as_of)s
  and (
      s.settled_on is null
      or s.settled_on > %(as_of)s
      or exists (
          select 1
          from revenue_line as credit
          where credit.is_new
            and credit.head_invoice_id = s.head_invoice_id
            and credit.head_line_no = s.head_line_no
      )
  )
