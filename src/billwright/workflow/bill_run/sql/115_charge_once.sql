-- step: charge_once
-- owner: subscriptions
-- reads: subscriptions_subscription, catalog_price, catalog_plan_charge, catalog_product
-- writes: none
-- uses: run_line, run_due, run_payer, run_currency, run_tax
-- why: charges of a plan that are owed once, on the first day of service, whatever its length.
with

priced as (
    select
        p.id as price_id,
        p.currency_id as currency,
        p.unit_price,
        c.model,
        c.name,
        r.code as product_code,
        r.family,
        r.tax_category
    from catalog_price as p
    inner join catalog_plan_charge as c on c.id = p.plan_charge_id
    inner join catalog_product as r on r.id = c.product_id
    where c.interval_unit = 'ONCE'
),

line as (
    select
        d.*,
        priced.unit_price,
        priced.model,
        priced.name,
        priced.product_code,
        priced.family,
        priced.tax_category,
        payer.legal_entity_id,
        payer.tax_treatment,
        round(
            currency.scale * priced.unit_price * case when priced.model = 'PER_UNIT' then d.quantity else 1 end
        ) as amount_minor
    from run_due as d
    inner join run_payer as payer on payer.payer_id = d.payer_id
    inner join priced on priced.price_id = d.price_id and priced.currency = payer.currency
    inner join run_currency as currency
        on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
    where d.grid_id is null and d.horizon > d.billed_through
),

subscription as (
    select s.id as subscription_id, s.description
    from subscriptions_subscription as s
    where s.id = any(array(select line.subscription_id from line))
)

insert into run_line (
    payer_id, split_key, account_id, item_id, kind, text, service_from, service_to, claim_no, price_id, formula,
    quantity, unit_price, days, base_days, amount_minor, discount_minor, tax_code, tax_percent, family, product_code
)
select
    line.payer_id,
    '' as split_key,
    line.account_id,
    line.item_id,
    'ONE_OFF' as kind,
    case when subscription.description = '' then line.name else line.name || ' – ' || subscription.description end
        as text,
    line.billed_through as service_from,
    line.horizon as service_to,
    line.claim_no + 1 as claim_no,
    line.price_id,
    case when line.model = 'PER_UNIT' then 2 else 1 end as formula,
    line.quantity,
    line.unit_price,
    1 as days,
    1 as base_days,
    line.amount_minor,
    0 as discount_minor,
    case when line.tax_category = 'NONE' then '' else tax.tax_code end as tax_code,
    case when line.tax_category = 'NONE' then 0 else tax.percent end as tax_percent,
    line.family,
    line.product_code
from line
inner join subscription on subscription.subscription_id = line.subscription_id
left join run_tax as tax
    on tax.legal_entity_id = line.legal_entity_id
    and tax.tax_treatment = line.tax_treatment
    and tax.tax_category = line.tax_category
where line.amount_minor <> 0
