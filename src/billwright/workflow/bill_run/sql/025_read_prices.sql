-- step: read_prices
-- owner: catalog
-- reads: catalog_price, catalog_plan_charge, catalog_plan, catalog_product, catalog_renewal_rule, subscriptions_item,
-- usage_meter
-- writes: none
-- uses: run_price
-- why: every price that the items of this shard run at, with its charge, plan and product, and the conventions that the
-- charge or else its plan chose (none: the account or the company decides). What its plan says of renewals on the day of
-- the run holds of fees in advance.
with

used as (
    select distinct i.price_id
    from subscriptions_item as i
    where i.payer_id >= %(payer_from)s and i.payer_id < %(payer_before)s
      and (%(payer_ids)s::bigint[] is null or i.payer_id = any(%(payer_ids)s::bigint[]))
),

chosen as (
    select
        p.id as price_id,
        case
            when c.conventions = '{}' then n.conventions
            when n.conventions = '{}' then c.conventions
            else n.conventions || c.conventions
        end as options
    from used
    inner join catalog_price as p on p.id = used.price_id
    inner join catalog_plan_charge as c on c.id = p.plan_charge_id
    inner join catalog_plan as n on n.id = c.plan_id
),

renewal as (
    select distinct on (r.plan_id) r.plan_id, r.ahead_days, r.due_on_renewal
    from catalog_renewal_rule as r
    where r.plan_id is not null and r.valid_from <= %(as_of)s
    order by r.plan_id, r.valid_from desc, r.id desc
)

insert into run_price
select
    p.id as price_id,
    c.id as plan_charge_id,
    c.plan_id,
    p.currency_id as currency,
    c.model,
    c.timing,
    c.interval_unit,
    c.interval_count,
    c.meter,
    p.unit_price,
    p.per,
    p.step,
    p.package_size,
    p.included,
    p.included_records,
    p.percent,
    p.fixed,
    p.record_minimum,
    p.record_maximum,
    p.by_property,
    p.minimum,
    p.maximum,
    p.connect,
    p.cap,
    case when p.says = '' then c.name else c.name || ' (' || p.says || ')' end as name,
    r.code as product_code,
    r.family,
    r.tax_category,
    coalesce((m.grace_hours + 23) / 24, 0) as grace_days,
    case
        when c.timing = 'ADVANCE' and c.interval_unit <> 'ONCE' and c.meter = '' then coalesce(renewal.ahead_days, 0)
        else 0
    end as ahead_days,
    coalesce(renewal.due_on_renewal, false) as due_on_renewal,
    chosen.options ->> 'day_count' as day_count,
    chosen.options ->> 'stub' as stub,
    chosen.options ->> 'arrears_on' as arrears_on,
    chosen.options ->> 'first_tier_flat_at_zero' as first_tier_flat_at_zero,
    chosen.options ->> 'minimum_proration' as minimum_proration,
    chosen.options ->> 'late_usage' as late_usage,
    chosen.options ->> 'rounding' as rounding,
    chosen.options ->> 'tax_prices' as tax_prices,
    chosen.options ->> 'discount_tax' as discount_tax,
    chosen.options ->> 'discount_limits' as discount_limits,
    chosen.options ->> 'credit_cap' as credit_cap,
    chosen.options ->> 'zero_lines' as zero_lines
from chosen
inner join catalog_price as p on p.id = chosen.price_id
inner join catalog_plan_charge as c on c.id = p.plan_charge_id
inner join catalog_product as r on r.id = c.product_id
left join renewal on renewal.plan_id = c.plan_id
left join usage_meter as m on m.code = c.meter and c.meter <> ''
