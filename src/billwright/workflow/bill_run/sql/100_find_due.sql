-- step: find_due
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_billing_mark, subscriptions_grid_period
-- writes: none
-- uses: run_due, run_payer, run_entity, run_account, run_hold, run_price
-- why: reads each mark and says where it should stand (its horizon): in advance at the end of the period of the day, in
-- arrears at its beginning, never beyond the item's end. Behind the mark only when the item ended before what is
-- billed: a run of an earlier day takes nothing back. What is charged once is owed from its first day on. Horizon none:
-- the calendar has no period for the day. By the convention arrears_on = last_day a period in arrears is reckoned on its
-- last day instead of the day after it. Usage waits for
-- the grace of its meter; a fee in advance is billed so many days ahead as its plan says, at the price of its own days; an interim run bills what there is on its day. An end within a day (seconds are counted) is known on that day.
with

item as (
    select
        i.payer_id,
        i.id as item_id,
        i.account_id,
        i.subscription_id,
        i.price_id,
        i.grid_id,
        i.quantity,
        i.effective_from,
        i.effective_to,
        i.free_until,
        i.from_seconds,
        i.to_seconds,
        i.share_percent,
        i.clause,
        m.billed_through,
        m.claim_no,
        a.day,
        i.effective_to - case when i.to_seconds > 0 then 1 else 0 end as ended_on,
        price.timing,
        price.interval_unit,
        case
            when price.timing = 'ARREARS' and coalesce(price.arrears_on, a.arrears_on, e.arrears_on) = 'last_day'
                then a.day + 1
            else a.day
        end - price.grace_days + price.ahead_days as reckoned_on,
        %(interim)s and price.meter <> '' as is_interim
    from subscriptions_item as i
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    inner join run_payer as p on p.payer_id = i.payer_id
    inner join run_entity as e on e.legal_entity_id = p.legal_entity_id
    inner join run_account as a on a.account_id = i.account_id
    inner join run_price as price on price.price_id = i.price_id
    where i.payer_id >= %(payer_from)s
      and i.payer_id < %(payer_before)s
      and m.payer_id >= %(payer_from)s
      and m.payer_id < %(payer_before)s
      and (%(subscription_id)s::bigint is null or i.subscription_id = %(subscription_id)s)
      and (i.effective_from <= a.day + price.ahead_days or i.effective_to < m.billed_through)
      and i.account_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.payer_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.subscription_id not in (
          select h.subscription_id from run_hold as h where h.subscription_id is not null
      )
),

period as (
    select g.grid_id, g.starts_on, g.ends_before
    from subscriptions_grid_period as g
    where g.starts_on <= %(day_max)s::date + 1 + (select coalesce(max(ahead.ahead_days), 0) from run_price as ahead)
      and g.ends_before > %(day_min)s::date - 31
),

due as (
    select
        item.*,
        case
            when item.effective_to < item.billed_through then item.effective_to
            when item.interval_unit = 'ONCE' and item.effective_to <= item.effective_from then item.billed_through
            when item.interval_unit = 'ONCE' then greatest(item.billed_through, item.effective_from + 1)
            when item.ended_on <= item.reckoned_on then item.effective_to
            when item.is_interim then greatest(item.billed_through, item.day)
            when period.starts_on is null then null
            when item.timing = 'ADVANCE' then least(period.ends_before, item.effective_to)
            else period.starts_on
        end as horizon
    from item
    left join period
        on period.grid_id = item.grid_id
        and period.starts_on <= item.reckoned_on
        and period.ends_before > item.reckoned_on
)

insert into run_due
select
    due.payer_id,
    due.item_id,
    due.account_id,
    due.subscription_id,
    due.price_id,
    due.grid_id,
    due.quantity,
    due.billed_through,
    due.claim_no,
    due.horizon,
    due.effective_from,
    due.effective_to,
    due.free_until,
    due.from_seconds,
    due.to_seconds,
    due.share_percent,
    due.clause
from due
where due.horizon > due.billed_through
   or due.effective_to < due.billed_through
   or (due.to_seconds > 0 and due.effective_to = due.billed_through)
   or (due.horizon is null and due.billed_through <= due.day)
