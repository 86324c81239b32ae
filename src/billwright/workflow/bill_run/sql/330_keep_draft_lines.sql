-- step: keep_draft_lines
-- owner: invoicing
-- reads: none
-- writes: invoicing_bill_run_draft_line
-- uses: run_line, run_share, run_document
-- why: on request a review sees every line before anything is issued; the table is unlogged working material.
insert into invoicing_bill_run_draft_line (
    run_id, payer_id, line_no, account_id, item_id, kind, text, service_from, service_to, quantity, unit_price, days,
    base_days, amount_minor, discount_minor, net_minor, tax_code, tax_percent, tax_minor
)
select
    %(run_id)s as run_id,
    l.payer_id,
    row_number() over (partition by l.payer_id order by s.document_no, s.line_no) as line_no,
    l.account_id,
    l.item_id,
    l.kind,
    l.text,
    l.service_from,
    l.service_to,
    l.quantity,
    l.unit_price,
    l.days,
    l.base_days,
    l.amount_minor,
    l.discount_minor,
    l.amount_minor - l.discount_minor as net_minor,
    coalesce(l.tax_code, '') as tax_code,
    coalesce(l.tax_percent, 0) as tax_percent,
    s.tax_minor
from run_line as l
inner join run_share as s on s.line_id = l.line_id
where %(keep_lines)s
