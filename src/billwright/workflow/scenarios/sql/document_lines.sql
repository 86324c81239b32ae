-- step: document_lines
-- owner: invoicing
-- reads: invoicing_invoice_line, invoicing_invoice, subscriptions_item, subscriptions_subscription, catalog_plan_charge
-- writes: none
-- why: the lines of every issued document with the subscription and charge that they bill.
select
    l.invoice_id,
    l.line_no,
    coalesce(s.number, '') as subscription,
    coalesce(c.code, '') as charge,
    l.kind,
    l.text,
    l.service_from,
    l.service_to,
    l.quantity,
    l.unit_price,
    l.days,
    l.base_days,
    l.amount_minor,
    l.discount_minor,
    l.net_minor,
    l.tax_minor
from invoicing_invoice_line as l
inner join invoicing_invoice as i on i.id = l.invoice_id and i.state = 'ISSUED'
left join subscriptions_item as t on t.id = l.item_id
left join subscriptions_subscription as s on s.id = coalesce(t.subscription_id, l.subscription_id)
left join catalog_plan_charge as c on c.id = t.plan_charge_id
order by l.invoice_id, l.line_no
