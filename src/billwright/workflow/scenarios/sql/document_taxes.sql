-- step: document_taxes
-- owner: invoicing
-- reads: invoicing_invoice_tax
-- writes: none
-- why: the taxes of every document, each once over all codes that hold it.
select
    t.invoice_id,
    t.component,
    t.percent,
    sum(t.net_minor)::bigint as net_minor,
    sum(t.tax_minor)::bigint as tax_minor
from invoicing_invoice_tax as t
group by t.invoice_id, t.component, t.percent
order by t.invoice_id, min(t.tax_code), t.component
