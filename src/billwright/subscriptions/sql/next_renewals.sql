-- step: next_renewals
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_billing_mark, subscriptions_grid_period, subscriptions_subscription,
-- catalog_plan_charge, catalog_price, catalog_renewal_rule, org_currency
-- writes: none
-- why: when each item is billed next and how much, before discount and tax, for the account page and reminders.
with

rule as (
    select distinct on (catalog_renewal_rule.plan_id)
        catalog_renewal_rule.plan_id,
        catalog_renewal_rule.ahead_days
    from catalog_renewal_rule
    where catalog_renewal_rule.plan_id is not null and catalog_renewal_rule.valid_from < %(until)s
    order by
        catalog_renewal_rule.plan_id asc,
        catalog_renewal_rule.valid_from desc,
        catalog_renewal_rule.id desc
),

standing as (
    select
        subscriptions_item.id as item_id,
        subscriptions_item.account_id,
        subscriptions_item.payer_id,
        subscriptions_item.subscription_id,
        subscriptions_item.plan_charge_id,
        subscriptions_item.price_id,
        subscriptions_item.quantity,
        subscriptions_billing_mark.billed_through as service_from,
        period.day_count,
        period.ends_before as period_ends,
        least(period.ends_before, coalesce(subscriptions_item.effective_to, period.ends_before)) as service_to
    from subscriptions_item
    inner join subscriptions_billing_mark
        on
            subscriptions_item.id = subscriptions_billing_mark.item_id
            and subscriptions_item.payer_id = subscriptions_billing_mark.payer_id
    -- Periods follow one another: the last to start by then is the one that holds the day, or none does.
    inner join lateral (
        select
            subscriptions_grid_period.day_count,
            subscriptions_grid_period.ends_before
        from subscriptions_grid_period
        where
            subscriptions_grid_period.grid_id = subscriptions_item.grid_id
            and subscriptions_grid_period.starts_on <= subscriptions_billing_mark.billed_through
        order by subscriptions_grid_period.starts_on desc
        limit 1
    ) as period on subscriptions_billing_mark.billed_through < period.ends_before
    where
        subscriptions_item.account_id = any(%(account_ids)s)
        and (
            subscriptions_item.effective_to is null
            or subscriptions_item.effective_to > subscriptions_billing_mark.billed_through
        )
),

priced as (
    select
        standing.*,
        catalog_price.currency_id as currency,
        catalog_plan_charge.name,
        case
            when catalog_plan_charge.timing = 'ARREARS' then standing.service_to
            else standing.service_from - coalesce(rule.ahead_days, 0)
        end as due_on,
        case when catalog_plan_charge.model = 'PER_UNIT' then standing.quantity else 1 end
        * catalog_price.unit_price as full_price
    from standing
    inner join catalog_plan_charge on standing.plan_charge_id = catalog_plan_charge.id
    inner join catalog_price on standing.price_id = catalog_price.id
    left join rule on catalog_plan_charge.plan_id = rule.plan_id and catalog_plan_charge.meter = ''
)

select
    priced.account_id,
    priced.payer_id,
    priced.subscription_id,
    subscriptions_subscription.number as subscription_number,
    priced.name as charge_name,
    priced.due_on,
    priced.service_from,
    priced.service_to,
    priced.currency,
    (
        round(
            priced.full_price * (priced.service_to - priced.service_from) / priced.day_count,
            org_currency.exponent
        ) * power(10::numeric, org_currency.exponent)
    )::bigint as amount_minor
from priced
inner join subscriptions_subscription on priced.subscription_id = subscriptions_subscription.id
inner join org_currency on priced.currency = org_currency.code
where priced.due_on < %(until)s
order by priced.due_on, priced.subscription_id, priced.item_id
