-- step: recurring_lines
-- owner: invoicing
-- reads: invoicing_invoice_line, invoicing_invoice, subscriptions_item, catalog_plan_charge, catalog_product
-- writes: none
-- why: what was billed and corrected of a subscription's recurring charges for service in a month, after discount.
select
    i.id as item_id,
    p.code as product,
    l.service_from,
    l.service_to,
    l.net_minor
from subscriptions_item as i
inner join catalog_plan_charge as c on c.id = i.plan_charge_id
inner join catalog_product as p on p.id = c.product_id
left join lateral (
    select l.service_from, l.service_to, l.net_minor
    from invoicing_invoice_line as l
    inner join invoicing_invoice as d on d.id = l.invoice_id and d.state = 'ISSUED'
    where l.account_id = i.account_id
      and l.item_id = i.id
      and l.kind in ('RECURRING', 'CORRECTION')
      and l.service_from < %(month_to)s
      and l.service_to > %(month_from)s
) as l on true
where i.subscription_id = %(subscription_id)s
order by i.id, l.service_from
