-- step: write_taxes
-- owner: invoicing
-- reads: none
-- writes: invoicing_invoice_tax
-- uses: run_issue, run_document_tax
-- why: the tax of a document per code and component, as returns and the printed document need it.
insert into invoicing_invoice_tax (invoice_id, tax_code, component, percent, net_minor, tax_minor, withheld)
select i.invoice_id, t.tax_code, t.component, t.percent, t.net_minor, t.tax_minor, t.withheld
from run_issue as i
inner join run_document_tax as t on t.payer_id = i.payer_id and t.split_key = i.split_key
order by i.invoice_id, t.tax_code, t.component
