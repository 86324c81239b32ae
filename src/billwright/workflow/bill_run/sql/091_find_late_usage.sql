-- step: find_late_usage
-- owner: usage
-- reads: usage_record, usage_meter, subscriptions_grid_period
-- writes: none
-- uses: run_late, run_metered, run_hold
-- needs: run_metered
-- why: closed and billed periods for which usage may have arrived since (within a day before that run: whatever was
-- seen already makes no difference of price), and periods of metered items that now end earlier than they were billed.
-- By the convention late_usage only so many periods back that were closed when it arrived, or none. A level is carried
-- on: late news of it concern all periods since. Netted meters are left out: their banks have moved on.
with

item as (
    select m.*
    from run_metered as m
    where not m.is_netted
      and m.grid_id is not null
      and (%(subscription_id)s::bigint is null or m.subscription_id = %(subscription_id)s)
      and m.account_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and m.payer_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and m.subscription_id not in (
          select h.subscription_id from run_hold as h where h.subscription_id is not null
      )
),

meter as (
    select
        m.code,
        array_agg(c.id) as meter_ids,
        bool_or(c.aggregate = 'TIME_WEIGHTED') as is_carried
    from usage_meter as m
    inner join usage_meter as c on c.code = m.code or c.code = any(m.highest_of)
    group by m.code
),

arrived as materialized (
    select item.*, meter.is_carried, news.day as happened_on, news.arrived_on
    from item
    inner join meter on meter.code = item.meter
    cross join lateral (
        select
            (r.happened_at at time zone item.timezone)::date as day,
            min((r.recorded_at at time zone item.timezone)::date) as arrived_on
        from usage_record as r
        where r.subscription_id = item.subscription_id
          and r.recorded_at > item.billed_at - interval '1 day'
          and r.meter_id = any(meter.meter_ids)
          and r.happened_at < item.billed_through::timestamp at time zone item.timezone
        group by (r.happened_at at time zone item.timezone)::date
        offset 0
    ) as news
    where item.late_usage <> 'ignore'
),

concerned as (
    select
        arrived.item_id,
        g.starts_on,
        g.ends_before,
        (
            select count(*)
            from subscriptions_grid_period as later
            where later.grid_id = arrived.grid_id
              and later.starts_on >= g.starts_on
              and later.starts_on < arrived.arrived_on
              and later.ends_before <= arrived.arrived_on
        ) as closed_count
    from arrived
    -- Where to begin and to stop in the calendar, which reaches decades to both sides.
    cross join lateral (
        select
            (
                select max(g.starts_on)
                from subscriptions_grid_period as g
                where g.grid_id = arrived.grid_id
                  and g.starts_on <= greatest(arrived.happened_on, arrived.effective_from)
            ) as first,
            case when arrived.is_carried then arrived.billed_through else arrived.happened_on end as last
        offset 0
    ) as span
    cross join lateral (
        select g.starts_on, g.ends_before
        from subscriptions_grid_period as g
        where g.grid_id = arrived.grid_id
          and g.starts_on >= coalesce(span.first, '-infinity')
          and g.starts_on <= span.last
          and g.ends_before > arrived.happened_on
          and g.ends_before > arrived.effective_from
          and g.starts_on < coalesce(arrived.effective_to, 'infinity')
          and least(g.ends_before, arrived.effective_to) <= arrived.billed_through
        offset 0
    ) as g
),

period as (
    select distinct c.item_id, c.starts_on, c.ends_before
    from concerned as c
    inner join item on item.item_id = c.item_id
    where item.late_usage = 'bill' or c.closed_count <= (substring(item.late_usage from '^[0-9]+'))::integer
    union
    select item.item_id, g.starts_on, g.ends_before
    from item
    inner join subscriptions_grid_period as g
        on g.grid_id = item.grid_id
        and g.ends_before > item.effective_to
        and g.starts_on < item.billed_through
        and g.ends_before > item.effective_from
    where item.effective_to < item.billed_through
)

insert into run_late
select
    item.payer_id,
    item.item_id,
    item.account_id,
    item.subscription_id,
    item.price_id,
    item.grid_id,
    item.claim_no,
    item.billed_through,
    period.starts_on as period_from,
    period.ends_before as period_to,
    greatest(period.starts_on, item.effective_from) as service_from,
    greatest(
        least(period.ends_before, item.effective_to), greatest(period.starts_on, item.effective_from)
    ) as service_to
from period
inner join item on item.item_id = period.item_id
