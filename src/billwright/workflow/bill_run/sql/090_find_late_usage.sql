-- step: find_late_usage
-- owner: usage
-- reads: usage_record, usage_meter, subscriptions_item, subscriptions_billing_mark, subscriptions_grid_period, catalog_plan_netting, invoicing_bill_run
-- writes: none
-- uses: run_late, run_payer, run_account, run_entity, run_price, run_hold
-- why: closed and billed periods for which usage may have arrived since (within a day before that run: whatever was
-- seen already makes no difference of price), and periods of metered items that now end earlier than they were billed.
-- By the convention late_usage only so many periods back that were closed when it arrived, or none. A level is carried on: late news of it
-- concern all periods since. Netted meters are left out: their banks have moved on.
with

item as (
    select
        i.payer_id,
        i.id as item_id,
        i.account_id,
        i.subscription_id,
        i.price_id,
        i.grid_id,
        i.effective_from,
        i.effective_to,
        m.billed_through,
        m.claim_no,
        p.meter,
        a.day,
        a.timezone,
        run.created_at - interval '1 day' as seen_at,
        coalesce(p.late_usage, a.late_usage, e.late_usage) as late_usage
    from subscriptions_item as i
    inner join run_price as p on p.price_id = i.price_id and p.meter <> ''
    left join catalog_plan_netting as netting on netting.plan_id = p.plan_id
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    inner join invoicing_bill_run as run on run.id = m.run_id
    inner join run_payer as payer on payer.payer_id = i.payer_id
    inner join run_entity as e on e.legal_entity_id = payer.legal_entity_id
    inner join run_account as a on a.account_id = i.account_id
    where i.payer_id >= %(payer_from)s
      and i.payer_id < %(payer_before)s
      and m.payer_id >= %(payer_from)s
      and m.payer_id < %(payer_before)s
      and (%(subscription_id)s::bigint is null or i.subscription_id = %(subscription_id)s)
      and m.claim_no > 0
      and netting.plan_id is null
      and i.grid_id is not null
      and i.account_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.payer_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.subscription_id not in (
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

arrived as (
    select item.*, meter.is_carried, news.day as happened_on, news.arrived_on
    from item
    inner join meter on meter.code = item.meter
    cross join lateral (
        select
            (r.happened_at at time zone item.timezone)::date as day,
            min((r.recorded_at at time zone item.timezone)::date) as arrived_on
        from usage_record as r
        where r.subscription_id = item.subscription_id
          and r.recorded_at > item.seen_at
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
              and later.ends_before <= arrived.arrived_on
        ) as closed_count
    from arrived
    inner join subscriptions_grid_period as g
        on g.grid_id = arrived.grid_id
        and g.ends_before > arrived.happened_on
        and g.ends_before > arrived.effective_from
        and (g.starts_on <= arrived.happened_on or arrived.is_carried)
        and g.starts_on < coalesce(arrived.effective_to, 'infinity')
        and least(g.ends_before, arrived.effective_to) <= arrived.billed_through
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
