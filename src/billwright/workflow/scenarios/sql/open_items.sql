-- step: open_items
-- owner: receivables
-- reads: receivables_open_item, invoicing_invoice, accounts_billing_account
-- writes: none
-- why: the open items of every document, one per part, those due first first.
select
    o.invoice_id,
    o.id,
    o.account_id,
    o.open_minor,
    o.due_date,
    o.currency,
    o.part_no,
    o.amount_minor,
    a.number as account,
    i.number
from receivables_open_item as o
inner join accounts_billing_account as a on a.id = o.account_id
inner join invoicing_invoice as i on i.id = o.invoice_id
order by o.due_date, o.id
