-- step: find_due
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_billing_mark, subscriptions_grid_period, catalog_price, catalog_plan_charge
-- writes: none
-- uses: run_due, run_payer, run_account, run_hold
-- why: reads each mark and says where it should stand (its horizon): in advance at the end of the period of the day, in
-- arrears at its beginning, never beyond the item's end. Behind the mark only when the item ended before what is
-- billed: a run of an earlier day takes nothing back. What is charged once is owed from its first day on. Horizon none: the calendar has no period for the day.
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
        m.billed_through,
        m.claim_no,
        a.day
    from subscriptions_item as i
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    inner join run_payer as p on p.payer_id = i.payer_id
    inner join run_account as a on a.account_id = i.account_id
    where i.payer_id >= %(payer_from)s
      and i.payer_id < %(payer_before)s
      and m.payer_id >= %(payer_from)s
      and m.payer_id < %(payer_before)s
      and (i.effective_from <= a.day or i.effective_to < m.billed_through)
      and i.account_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.payer_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.subscription_id not in (
          select h.subscription_id from run_hold as h where h.subscription_id is not null
      )
),

charge as (
    select p.id as price_id, c.timing, c.interval_unit
    from catalog_price as p
    inner join catalog_plan_charge as c on c.id = p.plan_charge_id
),

period as (
    select g.grid_id, g.starts_on, g.ends_before
    from subscriptions_grid_period as g
    where g.starts_on <= %(day_max)s and g.ends_before > %(day_min)s
),

due as (
    select
        item.*,
        case
            when item.effective_to < item.billed_through then item.effective_to
            when charge.interval_unit = 'ONCE' and item.effective_to <= item.effective_from then item.billed_through
            when charge.interval_unit = 'ONCE' then greatest(item.billed_through, item.effective_from + 1)
            when item.effective_to <= item.day then item.effective_to
            when period.starts_on is null then null
            when charge.timing = 'ADVANCE' then least(period.ends_before, item.effective_to)
            else period.starts_on
        end as horizon
    from item
    inner join charge on charge.price_id = item.price_id
    left join period
        on period.grid_id = item.grid_id and period.starts_on <= item.day and period.ends_before > item.day
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
    due.horizon
from due
where due.horizon > due.billed_through
   or due.effective_to < due.billed_through
   or (due.horizon is null and due.billed_through <= due.day)
