-- step: items_by_number
-- owner: receivables
-- reads: invoicing_invoice, receivables_open_item, accounts_billing_account
-- writes: none
-- why: receipts name documents by their number; their items stay locked until the receipts are in.
select
    i.number,
    o.id as item_id,
    o.account_id,
    a.reference,
    o.currency,
    o.open_minor,
    o.accounting_date
from invoicing_invoice as i
inner join receivables_open_item as o on o.invoice_id = i.id
inner join accounts_billing_account as a on a.id = o.account_id
where
    i.legal_entity_id = %(legal_entity_id)s
    and i.kind = 'INVOICE'
    and i.number = any(%(numbers)s)
order by o.id
for no key update of o
