-- step: charge_periods
-- owner: subscriptions
-- reads: subscriptions_grid_period, subscriptions_subscription, catalog_price, catalog_plan_charge, catalog_product
-- writes: none
-- uses: run_line, run_due, run_payer, run_entity, run_currency, run_tax
-- why: one line per charge and period: price x days of service / days of the period, multiplied before divided and
-- rounded once, half away from zero (formulas 1 and 2); by the convention day_count = none the whole price.
-- div() is exact where numeric division would round first.
with

moved as (
    select d.*
    from run_due as d
    where d.horizon > d.billed_through
),

period as (
    select g.grid_id, g.starts_on, g.ends_before, g.day_count
    from subscriptions_grid_period as g
    where g.ends_before > (select min(moved.billed_through) from moved)
      and g.starts_on < (select max(moved.horizon) from moved)
),

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
),

subscription as (
    select s.id as subscription_id, s.description
    from subscriptions_subscription as s
    where s.id = any(array(select moved.subscription_id from moved))
),

service as (
    select
        moved.*,
        priced.unit_price,
        priced.model,
        priced.product_code,
        priced.family,
        priced.tax_category,
        payer.legal_entity_id,
        payer.tax_treatment,
        entity.zero_lines,
        entity.day_count = 'none' as is_whole,
        case when subscription.description = '' then priced.name
            else priced.name || ' – ' || subscription.description
        end as text,
        greatest(moved.billed_through, period.starts_on) as service_from,
        least(moved.horizon, period.ends_before) as service_to,
        period.day_count,
        currency.scale * priced.unit_price
        * case when priced.model = 'PER_UNIT' then moved.quantity else 1 end as full_amount
    from moved
    inner join run_payer as payer on payer.payer_id = moved.payer_id
    inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
    inner join priced on priced.price_id = moved.price_id and priced.currency = payer.currency
    inner join run_currency as currency
        on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
    inner join subscription on subscription.subscription_id = moved.subscription_id
    inner join period
        on period.grid_id = moved.grid_id
        and period.starts_on < moved.horizon
        and period.ends_before > moved.billed_through
),

counted as (
    select
        service.*,
        case when service.is_whole then service.day_count else service.service_to - service.service_from end as days
    from service
),

line as (
    select
        counted.*,
        sign(counted.full_amount) * div(
            2 * abs(counted.full_amount) * counted.days + counted.day_count, 2 * counted.day_count
        ) as amount_minor
    from counted
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
    'RECURRING' as kind,
    line.text,
    line.service_from,
    line.service_to,
    line.claim_no + 1 as claim_no,
    line.price_id,
    case when line.model = 'PER_UNIT' then 2 else 1 end as formula,
    line.quantity,
    line.unit_price,
    line.days,
    line.day_count as base_days,
    line.amount_minor,
    0 as discount_minor,
    case when line.tax_category = 'NONE' then '' else tax.tax_code end as tax_code,
    case when line.tax_category = 'NONE' then 0 else tax.percent end as tax_percent,
    line.family,
    line.product_code
from line
left join run_tax as tax
    on tax.legal_entity_id = line.legal_entity_id
    and tax.tax_treatment = line.tax_treatment
    and tax.tax_category = line.tax_category
where line.amount_minor <> 0 or line.zero_lines = 'keep'
