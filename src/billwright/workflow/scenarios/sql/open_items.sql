-- step: open_items
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- why: the open item of every document, so that acts can name documents.
select
    o.invoice_id,
    o.id,
    o.account_id,
    o.open_minor,
    o.due_date,
    o.currency
from receivables_open_item as o
order by o.due_date, o.id
