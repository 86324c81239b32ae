-- step: document_lines
-- owner: invoicing
-- reads: invoicing_invoice_line, invoicing_line_part, invoicing_invoice, subscriptions_item, subscriptions_subscription,
-- catalog_plan_charge
-- writes: none
-- why: the lines of every issued document with the subscription and charge that they bill, and their tiers or bands.
with

parts as (
    select
        p.invoice_id,
        p.line_no,
        json_agg(
            json_build_object('quantity', p.quantity::text, 'unit', p.unit_price::text, 'amount', p.amount::text)
            order by p.part_no
        )::text as parts
    from invoicing_line_part as p
    group by p.invoice_id, p.line_no
)

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
    l.tax_minor,
    coalesce(l.billed_quantity, l.quantity) as billed_quantity,
    coalesce(parts.parts, '[]') as parts,
    l.exact_amount,
    l.exact_discount,
    l.product_code,
    l.tax_code
from invoicing_invoice_line as l
inner join invoicing_invoice as i on i.id = l.invoice_id and i.state = 'ISSUED'
left join invoicing_invoice_line as credited
    on credited.invoice_id = l.credits_invoice_id and credited.line_no = l.credits_line_no
left join subscriptions_item as t on t.id = coalesce(l.item_id, credited.item_id)
left join subscriptions_subscription as s on s.id = coalesce(t.subscription_id, l.subscription_id)
left join catalog_plan_charge as c on c.id = t.plan_charge_id
left join parts on parts.invoice_id = l.invoice_id and parts.line_no = l.line_no
order by l.invoice_id, l.line_no
