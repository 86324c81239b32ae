-- step: keep_issued
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line, subscriptions_item, subscriptions_subscription, catalog_plan_charge, catalog_price, org_currency
-- writes: none
-- uses: run_draft, run_chosen
-- why: what bill runs really issued stands in the place of the first draft.
insert into run_draft
select
    'A' as side,
    d.account_id as payer_id,
    l.account_id,
    d.currency,
    case when i.id is null then l.kind || ' ' || l.text else s.number || ' ' || c.code end as charge_key,
    l.kind,
    l.text,
    l.service_from,
    l.service_to,
    l.price_id,
    l.formula,
    l.quantity,
    l.billed_quantity,
    l.unit_price,
    coalesce(p.per, 1) as per,
    l.days,
    l.base_days,
    coalesce(l.share_percent, 100) as share_percent,
    l.amount_minor,
    l.discount_minor,
    l.tax_percent,
    l.tax_minor,
    l.gross_minor,
    power(10::numeric, currency.exponent) as scale,
    row_number() over (partition by d.account_id order by d.id, l.line_no) as line_no
from invoicing_invoice as d
inner join run_chosen as chosen on chosen.payer_id = d.account_id
inner join invoicing_invoice_line as l on l.invoice_id = d.id
inner join org_currency as currency on currency.code = d.currency
left join subscriptions_item as i on i.id = l.item_id
left join subscriptions_subscription as s on s.id = i.subscription_id
left join catalog_plan_charge as c on c.id = i.plan_charge_id
left join catalog_price as p on p.id = l.price_id
where d.state = 'ISSUED'
  and d.origin = 'RUN'
  and d.document_date >= %(issued_from)s
  and d.document_date < %(issued_before)s
