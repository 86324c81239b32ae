-- step: write_schedules
-- owner: invoicing
-- reads: none
-- writes: invoicing_revenue_schedule
-- uses: revenue_line
-- why: a deferred line is scheduled once, by the first recognition that meets it.
insert into invoicing_revenue_schedule (
    invoice_id, line_no, head_invoice_id, head_line_no, legal_entity_id, ledger_account_id, currency, service_from,
    ends_before, net_minor, base_minor, accounting_date
)
select
    l.invoice_id,
    l.line_no,
    l.head_invoice_id,
    l.head_line_no,
    l.legal_entity_id,
    l.ledger_account_id,
    l.currency,
    l.service_from,
    l.ends_before,
    l.net_minor,
    l.base_minor,
    l.accounting_date
from revenue_line as l
where l.is_new
