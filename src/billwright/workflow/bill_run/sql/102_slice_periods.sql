-- step: slice_periods
-- owner: subscriptions
-- reads: subscriptions_grid_period, subscriptions_subscription
-- writes: none
-- uses: run_slice, run_due, run_ended, run_payer, run_account, run_entity, run_currency, run_price
-- why: one slice per item and period: what is billed now, and as which share of which period. Days of service over days
-- of the period by the conventions day_count (actual; 30 or 28 days a month; seconds; none: always the whole period) and
-- stub (the period that it lies in, or a full one from its own start). Days of a trial are service, but not counted.
-- Periods that are over and have a minimum are counted in the same way (kind ENDED) and priced by nobody.
with

moved as (
    select d.*, d.billed_through as begins_on, d.horizon as ends_before, null::date as ended_period
    from run_due as d
    where d.horizon > d.billed_through and d.grid_id is not null
    union all
    select d.*, e.service_from as begins_on, e.service_to as ends_before, e.period_from as ended_period
    from run_ended as e
    inner join run_due as d on d.item_id = e.item_id
),

period as (
    select g.grid_id, g.starts_on, g.ends_before, g.day_count
    from subscriptions_grid_period as g
    where g.ends_before > (select min(least(moved.begins_on, moved.ended_period)) from moved)
      and g.starts_on < (select max(greatest(moved.ends_before, moved.ended_period + 1)) from moved)
      and g.grid_id = any(array(select distinct moved.grid_id from moved))
),

subscription as (
    select s.id as subscription_id, s.description, s.started_at
    from subscriptions_subscription as s
    where s.id = any(array(select moved.subscription_id from moved))
),

service as (
    select
        moved.*,
        period.starts_on as period_from,
        period.ends_before as period_to,
        period.day_count as period_days,
        greatest(moved.begins_on, period.starts_on) as service_from,
        least(moved.ends_before, period.ends_before) as service_to,
        price.model,
        price.meter,
        price.interval_unit,
        price.interval_count,
        price.name,
        subscription.description,
        payer.legal_entity_id,
        currency.scale,
        case
            when coalesce(price.day_count, account.day_count, entity.day_count) in ('fixed_30', 'fixed_28')
                and price.interval_unit <> 'MONTH' then 'actual'
            else coalesce(price.day_count, account.day_count, entity.day_count)
        end as day_count,
        coalesce(price.stub, account.stub, entity.stub) as stub,
        coalesce(price.zero_lines, account.zero_lines, entity.zero_lines) as zero_lines,
        coalesce(price.first_tier_flat_at_zero, account.first_tier_flat_at_zero, entity.first_tier_flat_at_zero)
            as first_tier_flat_at_zero,
        coalesce(price.minimum_proration, account.minimum_proration, entity.minimum_proration) as minimum_proration,
        coalesce(price.rounding, account.rounding, entity.rounding) as rounding,
        coalesce(price.tax_prices, account.tax_prices, entity.tax_prices) as tax_prices,
        coalesce(price.discount_tax, account.discount_tax, entity.discount_tax) as discount_tax,
        coalesce(price.discount_limits, account.discount_limits, entity.discount_limits) as discount_limits,
        account.timezone,
        subscription.started_at
    from moved
    inner join run_payer as payer on payer.payer_id = moved.payer_id
    inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
    inner join run_account as account on account.account_id = moved.account_id
    inner join run_price as price on price.price_id = moved.price_id and price.currency = payer.currency
    inner join run_currency as currency
        on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
    inner join subscription on subscription.subscription_id = moved.subscription_id
    inner join period
        on period.grid_id = moved.grid_id
        and period.starts_on < coalesce(moved.ended_period + 1, moved.ends_before)
        and period.ends_before > coalesce(moved.ended_period, moved.begins_on)
),

placed as (
    select
        service.*,
        case when service.service_from = service.effective_from then service.from_seconds else 0 end as late_seconds,
        case when service.service_to = service.effective_to then service.to_seconds else 0 end as early_seconds,
        least(greatest(service.service_from, coalesce(service.free_until, service.service_from)), service.service_to)
            as paid_from,
        case
            when service.stub = 'own_period' and service.service_from > service.period_from then service.service_from
            else service.period_from
        end as full_from,
        case
            when service.stub = 'aligned_period' or service.service_from = service.period_from then service.period_to
            when service.interval_unit = 'MONTH'
                then (service.service_from + make_interval(months => service.interval_count))::date
            else service.service_from + service.interval_count
        end as full_to,
        coalesce((service.started_at at time zone service.timezone)::time, time '00:00') as begins_at
    from service
    offset 0
),

based as (
    select
        placed.*,
        case
            when placed.day_count = 'seconds' then
                extract(epoch from (placed.full_to + placed.begins_at) at time zone placed.timezone)
                - extract(epoch from (placed.full_from + placed.begins_at) at time zone placed.timezone)
            when placed.day_count = 'fixed_30' then 30 * placed.interval_count
            when placed.day_count = 'fixed_28' then 28 * placed.interval_count
            else placed.full_to - placed.full_from
        end::bigint as base_days
    from placed
    -- Reckoned once, not once for every mention below.
    offset 0
),

counted as (  -- noqa: ST03
    select
        based.*,
        case
            when based.paid_from >= based.service_to then 0
            when based.day_count = 'none' then based.base_days
            when based.paid_from = based.period_from and based.service_to = based.period_to
                and based.late_seconds + based.early_seconds = 0 then based.base_days
            when based.day_count = 'seconds' then
                extract(epoch from (based.service_to + based.begins_at) at time zone based.timezone)
                - extract(epoch from (based.paid_from + based.begins_at) at time zone based.timezone)
                - based.late_seconds - based.early_seconds
            when based.day_count in ('fixed_30', 'fixed_28') then
                (date_part('year', based.service_to) - date_part('year', based.paid_from))
                * 12 * (based.base_days / based.interval_count)
                + (date_part('month', based.service_to) - date_part('month', based.paid_from))
                * (based.base_days / based.interval_count)
                + least(date_part('day', based.service_to), based.base_days / based.interval_count)
                - least(date_part('day', based.paid_from), based.base_days / based.interval_count)
            else based.service_to - based.paid_from
        end::bigint as days
    from based
)

insert into run_slice (
    payer_id, account_id, subscription_id, item_id, price_id, claim_no, kind, model, text, period_from, period_to,
    service_from, service_to, days, base_days, quantity, share_percent, is_closing, scale, legal_entity_id, clause,
    zero_lines, first_tier_flat_at_zero, minimum_proration, rounding, tax_prices, discount_tax, discount_limits
)
select
    counted.payer_id,
    counted.account_id,
    counted.subscription_id,
    counted.item_id,
    counted.price_id,
    counted.claim_no + 1 as claim_no,
    case
        when counted.ended_period is not null then 'ENDED'
        when counted.meter = '' then 'RECURRING'
        else 'USAGE'
    end as kind,
    counted.model,
    case when counted.description = '' then counted.name else counted.name || ' – ' || counted.description end as text,
    counted.period_from,
    counted.period_to,
    counted.service_from,
    counted.service_to,
    counted.days,
    counted.base_days,
    counted.quantity,
    counted.share_percent,
    counted.service_to = counted.period_to or counted.service_to is not distinct from counted.effective_to
        as is_closing,
    counted.scale,
    counted.legal_entity_id,
    counted.clause,
    counted.zero_lines,
    counted.first_tier_flat_at_zero,
    counted.minimum_proration,
    counted.rounding,
    counted.tax_prices,
    counted.discount_tax,
    counted.discount_limits
from counted
