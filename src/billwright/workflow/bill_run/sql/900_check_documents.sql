-- step: check_documents
-- owner: invoicing
-- reads: invoicing_invoice
-- writes: none
-- uses: run_issue
-- why: each document of this shard has a number and says the amounts that check_amounts found everywhere else. Must find
-- nothing.
select i.invoice_id
from run_issue as i
left join invoicing_invoice as d
    on d.id = i.invoice_id
    and d.id >= (select min(first.invoice_id) from run_issue as first)
    and d.id <= (select max(last.invoice_id) from run_issue as last)
where d.number is null
   or d.number = ''
   or d.net_minor is distinct from i.net_minor
   or d.tax_minor is distinct from i.tax_minor
   or d.withheld_minor is distinct from i.withheld_minor
   or d.total_minor is distinct from i.total_minor
   or d.entry_id is distinct from i.entry_id
