-- step: measure_levels
-- owner: usage
-- reads: usage_record
-- writes: none
-- uses: run_measure, run_window
-- needs: run_window
-- why: the average level over the whole period, by seconds: a quantity sets the level, a change adds to it, and it is
-- carried on from before the window. Outside the service there is none, so a part period has its part of the average.
with

opening as (
    select w.*, coalesce(base.quantity, 0) + coalesce(since.quantity, 0) as level
    from run_window as w
    left join lateral (
        select u.id, u.happened_at, u.quantity
        from usage_record as u
        where u.subscription_id = w.subscription_id
          and u.meter_id = w.meter_id
          and u.happened_at < w.starts_at
          and not u.is_change
        order by u.happened_at desc, u.id desc
        limit 1
    ) as base on true
    left join lateral (
        select sum(u.quantity) as quantity
        from usage_record as u
        where u.subscription_id = w.subscription_id
          and u.meter_id = w.meter_id
          and u.happened_at < w.starts_at
          and u.is_change
          and (base.id is null or (u.happened_at, u.id) > (base.happened_at, base.id))
    ) as since on true
    where w.aggregate = 'TIME_WEIGHTED'
),

reading as (
    select
        o.slice_id,
        o.meter_id,
        o.starts_at,
        o.ends_at,
        o.level as opening_level,
        u.id,
        u.happened_at,
        u.quantity,
        u.content_hash,
        count(*) filter (where not u.is_change) over (
            partition by o.slice_id, o.meter_id order by u.happened_at, u.id
        ) as set_no
    from opening as o
    cross join lateral (
        select r.id, r.happened_at, r.quantity, r.content_hash, r.is_change
        from usage_record as r
        where r.subscription_id = o.subscription_id
          and r.meter_id = o.meter_id
          and r.happened_at >= o.starts_at
          and r.happened_at < o.ends_at
        offset 0
    ) as u
),

level as (
    select
        r.slice_id,
        r.meter_id,
        r.happened_at,
        r.content_hash,
        case when r.set_no = 0 then r.opening_level else 0 end
        + sum(r.quantity) over (partition by r.slice_id, r.meter_id, r.set_no order by r.happened_at, r.id) as level,
        extract(
            epoch from lead(r.happened_at, 1, r.ends_at) over (
                partition by r.slice_id, r.meter_id order by r.happened_at, r.id
            ) - r.happened_at
        ) as seconds
    from reading as r
),

summed as (
    select
        l.slice_id,
        l.meter_id,
        count(*) as record_count,
        min(l.happened_at) as first_at,
        max(l.happened_at) as last_at,
        sum(l.content_hash) as hash,
        sum(l.level * l.seconds) as level_seconds
    from level as l
    group by l.slice_id, l.meter_id
)

insert into run_measure
select
    o.slice_id,
    o.meter_id,
    round(
        (
            o.level * greatest(extract(epoch from coalesce(s.first_at, o.ends_at) - o.starts_at), 0)
            + coalesce(s.level_seconds, 0)
        ) / o.period_seconds, 12
    ) as quantity,
    coalesce(s.record_count, 0) as record_count,
    s.first_at,
    s.last_at,
    s.hash
from opening as o
left join summed as s on s.slice_id = o.slice_id and s.meter_id = o.meter_id
