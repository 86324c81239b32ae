-- step: find_late_netted
-- owner: usage
-- reads: catalog_plan_netting, usage_record, usage_meter
-- writes: none
-- uses: run_finding, run_metered, run_price
-- needs: run_metered
-- why: a netted period is not measured again, since its bank has moved on: what arrived for one after the run that billed
-- it is told, unless late usage is ignored, so that a person makes the adjustment (docs/concepts/usage.md).
with

item as (
    select
        m.payer_id,
        m.item_id,
        m.subscription_id,
        n.import_meter,
        n.export_meter,
        m.billed_at,
        m.effective_from::timestamp at time zone m.timezone as begins_at,
        m.billed_through::timestamp at time zone m.timezone as ends_at,
        m.timezone
    from run_metered as m
    inner join run_price as p on p.price_id = m.price_id
    inner join catalog_plan_netting as n on n.plan_id = p.plan_id and n.import_meter = m.meter
    where m.is_netted and m.late_usage <> 'ignore'
)

insert into run_finding
select
    item.payer_id,
    item.item_id,
    'late_netted_usage' as code,
    'WARNING' as severity,
    jsonb_build_object(
        'records', count(*),
        'meters', jsonb_agg(distinct meter.code),
        'first', min((r.happened_at at time zone item.timezone)::date),
        'last', max((r.happened_at at time zone item.timezone)::date)
    ) as facts
from item
inner join usage_meter as meter on meter.code in (item.import_meter, item.export_meter)
inner join usage_record as r
    on r.subscription_id = item.subscription_id
    and r.meter_id = meter.id
    and r.happened_at >= item.begins_at
    and r.happened_at < item.ends_at
    and r.recorded_at > item.billed_at
group by item.payer_id, item.item_id
