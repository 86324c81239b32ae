-- step: document_taxes
-- owner: invoicing
-- reads: invoicing_invoice_tax
-- writes: none
-- why: the tax of every document per code and component.
select
    t.invoice_id,
    t.tax_code,
    t.component,
    t.percent,
    t.net_minor,
    t.tax_minor
from invoicing_invoice_tax as t
order by t.invoice_id, t.tax_code, t.component
