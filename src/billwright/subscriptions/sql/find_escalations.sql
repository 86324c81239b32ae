-- step: find_escalations
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_subscription, catalog_price, accounts_billing_account
-- writes: none
-- why: items of an escalating charge with an anniversary of their subscription before a day whose step is not yet laid
-- down: the step that their price stands at, the anniversaries passed when their first price began, and until the day.
with

item as (
    select
        i.id,
        i.subscription_id,
        i.effective_from,
        i.effective_to,
        i.price_id,
        s.starts_on,
        p.currency_id,
        p.valid_from,
        p.base_price_id,
        coalesce(p.base_price_id, p.id) as first_price_id,
        min(i.effective_from) over (
            partition by i.subscription_id, coalesce(p.base_price_id, p.id)
        ) as first_from
    from subscriptions_item as i
    inner join subscriptions_subscription as s on s.id = i.subscription_id
    inner join catalog_price as p on p.id = i.price_id
    where i.plan_charge_id = %(plan_charge_id)s
        and i.grid_id is not null
        and (
            %(legal_entity_id)s::bigint is null
            or exists (
                select 1 from accounts_billing_account as a
                where a.id = i.account_id and a.legal_entity_id = %(legal_entity_id)s
            )
        )
        and (i.effective_to is null or i.effective_to > i.effective_from)
),

-- Whole months from the start to a day, the anniversary clipped to the month's end: floor of months / step months.
passed as (
    select
        item.*,
        day.name,
        (
            (extract(year from day.day) - extract(year from item.starts_on)) * 12
            + extract(month from day.day) - extract(month from item.starts_on)
            - case
                when extract(day from day.day) < least(
                    extract(day from item.starts_on),
                    extract(day from date_trunc('month', day.day) + interval '1 month' - interval '1 day')
                )
                    then 1
                else 0
            end
        )::integer / %(months)s as steps
    from item
    cross join lateral (
        values
        ('first', item.first_from),
        ('price', case when item.base_price_id is null then item.first_from else item.valid_from end),
        ('until', least(item.effective_to - 1, %(until)s::date))
    ) as day (name, day)
),

counted as (
    select
        p.id,
        p.subscription_id,
        p.effective_from,
        p.effective_to,
        p.currency_id,
        p.first_price_id,
        p.starts_on,
        max(p.steps) filter (where p.name = 'first') as steps_first,
        max(p.steps) filter (where p.name = 'price') as steps_laid,
        max(p.steps) filter (where p.name = 'until') as steps_until
    from passed as p
    group by p.id, p.subscription_id, p.effective_from, p.effective_to, p.currency_id, p.first_price_id, p.starts_on
)

select
    c.id as item_id,
    c.subscription_id,
    c.effective_from,
    c.effective_to,
    c.currency_id as currency,
    c.first_price_id,
    c.starts_on,
    c.steps_first,
    c.steps_laid,
    c.steps_until
from counted as c
where c.steps_until > c.steps_laid
order by c.id
