-- step: measure_readings
-- owner: usage
-- reads: usage_record
-- writes: none
-- uses: run_measure, run_window
-- needs: run_window
-- why: totals that look at each reading. p95 is the nearest rank: the highest 5 percent of the readings, their number
-- rounded down, are dropped, and the highest of the rest counts. Unique counts values of the property `value`, else all
-- properties together, else quantities.
insert into run_measure
select
    w.slice_id,
    w.meter_id,
    coalesce(
        case w.aggregate
            when 'LAST' then r.last_one
            when 'P95' then r.readings[(r.record_count - r.record_count / 20)::integer]
            else r.different_count
        end, 0
    ) as quantity,
    r.record_count,
    r.first_at,
    r.last_at,
    r.hash
from run_window as w
cross join lateral (
    select
        count(*) as record_count,
        (array_agg(u.quantity order by u.happened_at desc, u.id desc) filter (where w.aggregate = 'LAST'))[1]
            as last_one,
        array_agg(u.quantity order by u.quantity) filter (where w.aggregate = 'P95') as readings,
        count(
            distinct case
                when u.properties ? 'value' then u.properties ->> 'value'
                when u.properties <> '{}' then u.properties::text
                else trim_scale(u.quantity)::text
            end
        ) filter (where w.aggregate = 'UNIQUE') as different_count,
        min(u.happened_at) as first_at,
        max(u.happened_at) as last_at,
        sum(u.content_hash) as hash
    from usage_record as u
    where u.subscription_id = w.subscription_id
      and u.meter_id = w.meter_id
      and u.happened_at >= w.starts_at
      and u.happened_at < w.ends_at
) as r
where w.aggregate in ('LAST', 'P95', 'UNIQUE')
