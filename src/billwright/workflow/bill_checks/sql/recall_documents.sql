-- step: recall_documents
-- owner: invoicing
-- reads: invoicing_invoice
-- writes: none
-- uses: run_document, run_payer
-- why: the documents of a run that is over, where a run that goes on would find its own.
insert into run_document (document_no, payer_id, split_key, kind, line_count, net_minor, tax_minor, total_minor)
select d.id, d.account_id, d.split_key, d.kind, 0 as line_count, d.net_minor, d.tax_minor, d.total_minor
from invoicing_invoice as d
inner join run_payer as known on known.payer_id = d.account_id
where d.run_id = %(run_id)s and d.state = 'ISSUED'
