-- step: new_open_items
-- owner: receivables
-- reads: receivables_open_item, invoicing_invoice
-- writes: none
-- why: what the last run made the customers of a company owe, so that they can pay it in their own way.
select
    o.id,
    o.invoice_id,
    o.account_id,
    o.open_minor,
    o.currency,
    o.due_date,
    i.number
from receivables_open_item as o
inner join invoicing_invoice as i on i.id = o.invoice_id
where o.legal_entity_id = %(legal_entity_id)s and o.id > %(after_id)s and o.open_minor > 0
order by o.account_id, o.due_date, o.id
