-- step: open_windows
-- owner: usage
-- reads: usage_meter, subscriptions_item, subscriptions_subscription
-- writes: none
-- uses: run_window, run_slice, run_account, run_entity, run_price, run_payer
-- why: the two instants between which the usage of a slice happened: local midnights of its account, or the subscription's
-- time of day where seconds are counted; from the beginning of the service in that period, also after an interim bill,
-- which itself reaches to the instant of its run. A highest-of meter opens a window for each of its meters.
with

slice as (
    select
        s.slice_id,
        s.subscription_id,
        s.item_id,
        s.period_from,
        s.period_to,
        s.service_to,
        s.is_closing,
        price.meter,
        account.timezone,
        account.day,
        coalesce(price.day_count, account.day_count, entity.day_count) = 'seconds' as counts_seconds,
        -- What another system billed before the first run is not measured again.
        case when s.claim_no = 1 then s.service_from else s.period_from end as opens_on
    from run_slice as s
    inner join run_price as price on price.price_id = s.price_id and price.meter <> ''
    inner join run_payer as payer on payer.payer_id = s.payer_id
    inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
    inner join run_account as account on account.account_id = s.account_id
    where s.kind = 'USAGE'
),

placed as (
    select
        slice.*,
        greatest(slice.opens_on, i.effective_from) as service_from,
        case when slice.service_to = i.effective_to then i.to_seconds else 0 end as early_seconds,
        case when slice.opens_on <= i.effective_from then i.from_seconds else 0 end as late_seconds,
        case
            when slice.counts_seconds then coalesce((s.started_at at time zone slice.timezone)::time, time '00:00')
            else time '00:00'
        end as begins_at
    from slice
    inner join subscriptions_item as i on i.id = slice.item_id
    inner join subscriptions_subscription as s on s.id = slice.subscription_id
)

insert into run_window
select
    p.slice_id,
    p.subscription_id,
    part.id as meter_id,
    part.aggregate,
    (p.service_from + p.begins_at) at time zone p.timezone + make_interval(secs => p.late_seconds) as starts_at,
    case
        when %(interim)s and not p.is_closing and p.service_to = p.day and %(cut_off_at)s::timestamptz is not null
            then %(cut_off_at)s::timestamptz
        else (p.service_to + p.begins_at) at time zone p.timezone - make_interval(secs => p.early_seconds)
    end as ends_at,
    extract(epoch from (p.period_to + p.begins_at) at time zone p.timezone)
    - extract(epoch from (p.period_from + p.begins_at) at time zone p.timezone) as period_seconds
from placed as p
inner join usage_meter as meter on meter.code = p.meter
inner join usage_meter as part
    on part.id = any(
        array(
            select m.id
            from usage_meter as m
            where m.code = any(case when meter.aggregate = 'HIGHEST_OF' then meter.highest_of
                else array[meter.code] end)
        )
    )
