-- step: find_settled
-- owner: receivables
-- reads: invoicing_invoice, receivables_open_item
-- writes: none
-- why: a text may name a document that is paid already: then the money is no guess for another one.
select distinct
    t.n,
    v.number
from json_array_elements_text(%(found)s) with ordinality as t (found, n)
inner join invoicing_invoice as v on t.found = v.number and v.state = 'ISSUED'
where v.kind <> 'CREDIT_NOTE'
    and not exists (
        select 1 from receivables_open_item as i where i.invoice_id = v.id and i.open_minor > 0
    )
