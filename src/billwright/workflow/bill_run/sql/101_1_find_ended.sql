-- step: find_ended
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_subscription, subscriptions_billing_mark, subscriptions_grid_period
-- writes: none
-- uses: run_ended, run_minimum, run_due, run_payer, run_account, run_entity, run_price, run_hold
-- needs: run_minimum
-- why: the periods of fees under a minimum that are over and were not held against it yet (closed_through), or were, and
-- have lost days since. A period is over when it has ended for every item of the subscription at its price (a quantity
-- that changed does not end it), on the day on which a charge in arrears would be billed, and is billed to its end.
with

item as (
    select
        i.id as item_id,
        i.payer_id,
        i.subscription_id,
        i.price_id,
        i.grid_id,
        i.effective_to,
        greatest(i.effective_from, s.billed_to) as begins_on,
        i.effective_to - case when i.to_seconds > 0 then 1 else 0 end as ended_on,
        greatest(d.horizon, m.billed_through) as reached,
        coalesce(d.horizon, m.billed_through) as billed_through,
        coalesce(m.closed_through, '-infinity') as closed_through,
        a.day + case when coalesce(price.arrears_on, a.arrears_on, e.arrears_on) = 'last_day' then 1 else 0 end
            as reckoned_on
    from subscriptions_item as i
    inner join run_price as price
        on price.price_id = i.price_id and price.meter = '' and price.interval_unit <> 'ONCE'
    inner join subscriptions_subscription as s on s.id = i.subscription_id
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    inner join run_payer as p on p.payer_id = i.payer_id
    inner join run_entity as e on e.legal_entity_id = p.legal_entity_id
    inner join run_account as a on a.account_id = i.account_id
    left join run_due as d on d.item_id = i.id
    where i.payer_id >= %(payer_from)s
      and i.payer_id < %(payer_before)s
      and m.payer_id >= %(payer_from)s
      and m.payer_id < %(payer_before)s
      and (%(subscription_id)s::bigint is null or i.subscription_id = %(subscription_id)s)
      and (
          i.price_id in (select n.price_id from run_minimum as n where n.price_id is not null)
          or i.account_id in (select n.account_id from run_minimum as n where n.account_id is not null)
      )
      and i.account_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.payer_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
      and i.subscription_id not in (
          select h.subscription_id from run_hold as h where h.subscription_id is not null
      )
),

period as (
    select distinct
        item.payer_id,
        item.subscription_id,
        item.price_id,
        item.grid_id,
        g.starts_on as period_from,
        g.ends_before as period_to
    from item
    inner join subscriptions_grid_period as g
        on g.grid_id = item.grid_id
        and g.ends_before > greatest(item.begins_on, least(item.closed_through, item.effective_to))
        and g.starts_on < item.reached
    where (
        least(g.ends_before, item.effective_to) > item.closed_through
        and least(g.ends_before, item.effective_to) > item.begins_on
    )
    or (item.effective_to < item.closed_through and g.starts_on < item.closed_through)
),

together as (
    select
        item.item_id,
        period.*,
        greatest(item.begins_on, period.period_from) as service_from,
        greatest(item.begins_on, period.period_from, least(period.period_to, item.effective_to)) as service_to,
        bool_and(
            case when item.effective_to <= period.period_to then item.ended_on else period.period_to end
            <= item.reckoned_on
            and least(period.period_to, item.effective_to) <= item.billed_through
        ) over (
            partition by item.payer_id, item.subscription_id, item.price_id, item.grid_id, period.period_from
        ) as is_over
    from period
    inner join item
        on item.payer_id = period.payer_id
        and item.subscription_id = period.subscription_id
        and item.price_id = period.price_id
        and item.grid_id = period.grid_id
        and item.begins_on < period.period_to
        and (
            item.effective_to is null
            or item.effective_to > period.period_from
            or item.closed_through > period.period_from
        )
)

insert into run_ended
select t.item_id, t.period_from, t.period_to, t.service_from, t.service_to
from together as t
where t.is_over
