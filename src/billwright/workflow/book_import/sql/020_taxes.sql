-- step: taxes
-- owner: invoicing
-- reads: none
-- writes: invoicing_invoice_tax
-- uses: book_import_row
-- why: the tax that stood on the document, for its copy; history is not posted to tax again.
insert into invoicing_invoice_tax (invoice_id, tax_code, component, percent, net_minor, tax_minor)
select
    r.invoice_id,
    %(tax_code)s as tax_code,
    %(tax_component)s as component,
    %(tax_percent)s::numeric as percent,
    r.total_minor - r.tax_minor as net_minor,
    r.tax_minor
from book_import_row as r
where r.tax_minor <> 0
