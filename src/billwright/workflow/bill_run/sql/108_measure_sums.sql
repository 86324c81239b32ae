-- step: measure_sums
-- owner: usage
-- reads: usage_record
-- writes: none
-- uses: run_measure, run_window
-- needs: run_window
-- why: totals that need no order of the records, from the index alone.
insert into run_measure
select
    w.slice_id,
    w.meter_id,
    case w.aggregate
        when 'SUM' then coalesce(r.total, 0)
        when 'COUNT' then r.record_count
        when 'MAX' then coalesce(r.highest, 0)
        when 'MIN' then coalesce(r.lowest, 0)
        else round(coalesce(r.total / nullif(r.record_count, 0), 0), 12)
    end as quantity,
    r.record_count,
    r.first_at,
    r.last_at,
    r.hash
from run_window as w
cross join lateral (
    select
        count(*) as record_count,
        sum(u.quantity) as total,
        max(u.quantity) as highest,
        min(u.quantity) as lowest,
        min(u.happened_at) as first_at,
        max(u.happened_at) as last_at,
        sum(u.content_hash) as hash
    from usage_record as u
    where u.subscription_id = w.subscription_id
      and u.meter_id = w.meter_id
      and u.happened_at >= w.starts_at
      and u.happened_at < w.ends_at
) as r
where w.aggregate in ('SUM', 'COUNT', 'MAX', 'MIN', 'AVERAGE')
