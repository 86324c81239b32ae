-- step: mrr_values
-- owner: reporting
-- reads: accounts_billing_account, catalog_plan_charge, catalog_price, catalog_price_tier, org_currency, rating_discount, subscriptions_item
-- writes: none
-- uses: mrr_value
-- why: what each subscription brings a month at the end of each month: its recurring items in force, at their price and
-- quantity. A period's amount over its months; over its days, times 365.25 / 12. No usage, no one-off charge, no trial;
-- less the percentages agreed without an end. Rounded once a subscription.
with

month as (
    select (series.starts_on - interval '1 day')::date as ends_on
    from generate_series(%(first)s::timestamp, %(last)s::timestamp + interval '1 month', '1 month')
        as series (starts_on)
),

tier as (
    select
        t.price_id,
        t.tier_no,
        coalesce(lag(t.up_to) over (partition by t.price_id order by t.tier_no), 0) as above,
        t.up_to,
        t.unit_price,
        t.flat,
        t.package_size,
        t.is_all
    from catalog_price_tier as t
    where t.percent is null
),

item as (
    select
        i.id as item_id,
        case when %(by)s = 'account' then i.account_id else i.subscription_id end as unit_id,
        i.account_id,
        i.subscription_id,
        i.plan_charge_id,
        i.price_id,
        i.share_percent,
        greatest(i.effective_from, i.free_until) as paid_from,
        i.effective_to,
        c.plan_id,
        c.interval_unit,
        c.interval_count,
        c.model,
        p.currency_id as currency,
        p.unit_price,
        p.per,
        p.package_size,
        p.minimum,
        p.maximum,
        greatest(i.quantity - p.included, 0) as units,
        a.legal_entity_id
    from subscriptions_item as i
    inner join catalog_plan_charge as c on c.id = i.plan_charge_id
    inner join catalog_price as p on p.id = i.price_id
    inner join accounts_billing_account as a on a.id = i.account_id
    where a.legal_entity_id = any(%(legal_entity_ids)s)
      and c.meter = ''
      and c.interval_unit <> 'ONCE'
      and c.model in ('FLAT', 'PER_UNIT', 'PACKAGE', 'GRADUATED', 'VOLUME')
      and i.effective_from <= (select max(month.ends_on) from month)
),

reached as (
    select
        item.item_id,
        item.model,
        item.units,
        tier.*,
        coalesce(max(tier.tier_no) filter (where tier.is_all) over (partition by item.item_id), 0) as all_no,
        max(tier.tier_no) over (partition by item.item_id) as last_no
    from item
    inner join tier
        on tier.price_id = item.price_id and (item.units > tier.above or (item.units = 0 and tier.above = 0))
    where item.model in ('GRADUATED', 'VOLUME')
),

tiered as (
    select
        part.item_id,
        sum(
            part.flat
            + part.unit_price
            * case when part.package_size is null then part.quantity else ceil(part.quantity / part.package_size) end
        ) as amount
    from (
        select
            r.*,
            case
                when r.model = 'VOLUME' then r.units
                when r.tier_no = r.all_no then least(r.units, coalesce(r.up_to, r.units))
                else least(r.units, coalesce(r.up_to, r.units)) - r.above
            end as quantity
        from reached as r
        where (r.model = 'VOLUME' and r.tier_no = r.last_no) or (r.model = 'GRADUATED' and r.tier_no >= r.all_no)
    ) as part
    group by part.item_id
),

monthly as (
    select
        item.*,
        least(greatest(period.amount, item.minimum), item.maximum)
        * item.share_percent * 0.01
        * case when item.interval_unit = 'DAY' then 365.25 / 12 else 1 end
        / item.interval_count
        * 10::numeric ^ currency.exponent as minor
    from item
    inner join org_currency as currency on currency.code = item.currency
    left join tiered on tiered.item_id = item.item_id
    cross join lateral (
        select
            case item.model
                when 'FLAT' then item.unit_price
                when 'PER_UNIT' then item.unit_price * item.units / item.per
                when 'PACKAGE' then item.unit_price * ceil(item.units / item.package_size)
                else coalesce(tiered.amount, 0)
            end as amount
    ) as period
),

paid as (
    select
        monthly.*,
        min(monthly.paid_from) over (partition by monthly.unit_id, monthly.currency) as begun_on
    from monthly
    where monthly.minor <> 0
      and (monthly.effective_to is null or monthly.effective_to > monthly.paid_from)
),

reduced as (
    select
        paid.item_id,
        month.ends_on,
        case
            when bool_or(d.percent >= 100) then 0
            else round(exp(sum(ln(1 - least(d.percent, 99.999999) * 0.01))), 12)
        end as factor
    from paid
    inner join rating_discount as d on d.account_id = paid.account_id
    inner join month on month.ends_on >= d.starts_on
    where d.percent > 0
      and d.ends_before is null
      and d.periods is null
      and (d.subscription_id is null or d.subscription_id = paid.subscription_id)
      and (d.plan_id is null or d.plan_id = paid.plan_id)
      and (d.plan_charge_ids = '{}' or paid.plan_charge_id = any(d.plan_charge_ids))
    group by paid.item_id, month.ends_on
)

insert into mrr_value
select
    paid.legal_entity_id,
    paid.currency,
    paid.unit_id,
    month.ends_on,
    round(round(sum(paid.minor * coalesce(reduced.factor, 1)), 10)) as amount_minor,
    paid.begun_on
from paid
inner join month
    on month.ends_on >= paid.paid_from and (paid.effective_to is null or month.ends_on < paid.effective_to)
left join reduced on reduced.item_id = paid.item_id and reduced.ends_on = month.ends_on
group by paid.legal_entity_id, paid.currency, paid.unit_id, paid.subscription_id, paid.begun_on, month.ends_on
