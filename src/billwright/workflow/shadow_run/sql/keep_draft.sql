-- step: keep_draft
-- owner: invoicing
-- reads: subscriptions_item, subscriptions_subscription, catalog_plan_charge
-- writes: none
-- uses: run_draft, run_line, run_share, run_payer, run_currency, run_price
-- why: the lines of one of the two drafts, by the charge that they bill; lines without an item go by kind and text.
insert into run_draft
select
    %(side)s as side,
    l.payer_id,
    l.account_id,
    payer.currency,
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
    coalesce(price.per, 1) as per,
    l.days,
    l.base_days,
    coalesce(l.share_percent, 100) as share_percent,
    l.amount_minor,
    l.discount_minor,
    coalesce(l.tax_percent, 0) as tax_percent,
    share.tax_minor,
    l.gross_minor,
    currency.scale,
    row_number() over (partition by l.payer_id order by share.document_no, share.line_no) as line_no
from run_line as l
inner join run_share as share on share.line_id = l.line_id
inner join run_payer as payer on payer.payer_id = l.payer_id
inner join run_currency as currency
    on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
left join run_price as price on price.price_id = l.price_id
left join subscriptions_item as i
    on i.payer_id = l.payer_id and i.id = l.item_id
    and i.payer_id >= %(payer_from)s and i.payer_id < %(payer_before)s
left join subscriptions_subscription as s on s.id = i.subscription_id
left join catalog_plan_charge as c on c.id = i.plan_charge_id
