-- step: find_late_netted
-- owner: usage
-- reads: subscriptions_item, subscriptions_billing_mark, catalog_plan_netting, invoicing_bill_run, usage_record, usage_meter
-- writes: none
-- uses: run_finding, run_payer, run_price, run_account, run_entity
-- why: a netted period is not measured again, since its bank has moved on: what arrived for one after the run that billed
-- it is told, unless late usage is ignored, so that a person makes the adjustment (docs/concepts/usage.md).
with

item as (
    select
        i.payer_id,
        i.id as item_id,
        i.subscription_id,
        n.import_meter,
        n.export_meter,
        run.created_at as billed_at,
        i.effective_from::timestamp at time zone a.timezone as begins_at,
        m.billed_through::timestamp at time zone a.timezone as ends_at,
        a.timezone
    from subscriptions_item as i
    inner join run_payer as payer on payer.payer_id = i.payer_id
    inner join run_entity as e on e.legal_entity_id = payer.legal_entity_id
    inner join run_account as a on a.account_id = i.account_id
    inner join run_price as p on p.price_id = i.price_id
    inner join catalog_plan_netting as n on n.plan_id = p.plan_id and n.import_meter = p.meter
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    inner join invoicing_bill_run as run on run.id = m.run_id
    where i.payer_id >= %(payer_from)s
      and i.payer_id < %(payer_before)s
      and m.claim_no > 0
      and coalesce(p.late_usage, a.late_usage, e.late_usage) <> 'ignore'
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
