-- step: lines
-- owner: invoicing
-- reads: org_currency
-- writes: invoicing_invoice_line
-- uses: book_import_row
-- why: one line a document, net of tax, posted to migration clearing; lines come before their document is issued.
insert into invoicing_invoice_line (
    invoice_id, line_no, account_id, kind, text, service_from, service_to, claim_no, formula, quantity, unit_price,
    amount_minor, discount_minor, net_minor, tax_code, tax_percent, tax_minor, tax_point, revenue_account_id,
    deferred, clause, usage_count, cost_center, product_code
)
select
    r.invoice_id,
    1 as line_no,
    r.account_id,
    'IMPORTED' as kind,
    r.line_text as text,
    r.document_date as service_from,
    r.document_date + 1 as service_to,
    0 as claim_no,
    3 as formula,
    1 as quantity,
    (r.total_minor - r.tax_minor)::numeric / 10 ^ c.exponent as unit_price,
    r.total_minor - r.tax_minor as amount_minor,
    0 as discount_minor,
    r.total_minor - r.tax_minor as net_minor,
    case when r.tax_minor <> 0 then %(tax_code)s else '' end as tax_code,
    case when r.tax_minor <> 0 then %(tax_percent)s::numeric else 0 end as tax_percent,
    r.tax_minor,
    r.document_date as tax_point,
    %(clearing_account_id)s as revenue_account_id,
    false as deferred,
    '' as clause,
    0 as usage_count,
    '' as cost_center,
    '' as product_code
from book_import_row as r
inner join org_currency as c on c.code = r.currency
