-- step: read_documents
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_issue, run_payer
-- why: the documents that are due in parts: those of payers with such terms, as far as there is something to pay.
select
    i.document_no,
    i.total_minor,
    i.currency,
    p.payment_parts::text as payment_parts
from run_payer as p
inner join run_issue as i on i.payer_id = p.payer_id
where p.payment_parts is not null and i.total_minor > 0
