-- step: read_netted_slices
-- owner: usage
-- reads: catalog_plan_netting, usage_record, usage_meter
-- writes: none
-- uses: run_slice, run_price, run_window, run_usage
-- why: the periods to be netted: what the import meter measured, and what the export meter saw between the same instants.
select
    s.subscription_id,
    s.slice_id,
    s.item_id,
    s.period_from,
    s.period_to,
    s.is_closing,
    coalesce(u.quantity, 0) as imported,
    coalesce(e.quantity, 0) as exported
from run_slice as s
inner join run_price as p on p.price_id = s.price_id
inner join catalog_plan_netting as n on n.plan_id = p.plan_id and n.import_meter = p.meter
inner join run_window as w on w.slice_id = s.slice_id
inner join usage_meter as m on m.code = n.export_meter
left join run_usage as u on u.slice_id = s.slice_id
cross join lateral (
    select sum(r.quantity) as quantity
    from usage_record as r
    where r.subscription_id = s.subscription_id
      and r.meter_id = m.id
      and r.happened_at >= w.starts_at
      and r.happened_at < w.ends_at
) as e
where s.kind = 'USAGE'
order by s.subscription_id, s.period_from
