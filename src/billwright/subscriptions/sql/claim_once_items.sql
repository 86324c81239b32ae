-- step: claim_once_items
-- owner: subscriptions
-- reads: subscriptions_item, catalog_plan_charge, catalog_price, subscriptions_subscription
-- writes: subscriptions_billing_mark
-- why: a charge that does not recur is taken once: the mark moves past its day, and only the one who moved it bills it.
with

claimed as (
    update subscriptions_billing_mark
    set
        billed_through = subscriptions_item.effective_from + 1,
        claim_no = subscriptions_billing_mark.claim_no + 1
    from subscriptions_item
    where
        subscriptions_item.grid_id is null
        and subscriptions_billing_mark.item_id = subscriptions_item.id
        and subscriptions_billing_mark.payer_id = subscriptions_item.payer_id
        and subscriptions_billing_mark.billed_through = subscriptions_item.effective_from
        and subscriptions_item.effective_from <= %(as_of)s
        and (
            subscriptions_item.effective_to is null
            or subscriptions_item.effective_to > subscriptions_item.effective_from
        )
    returning
        subscriptions_item.id as item_id,
        subscriptions_item.account_id,
        subscriptions_item.payer_id,
        subscriptions_item.subscription_id,
        subscriptions_item.plan_charge_id,
        subscriptions_item.price_id,
        subscriptions_item.quantity,
        subscriptions_item.effective_from
)

select
    claimed.account_id,
    claimed.payer_id,
    claimed.subscription_id,
    catalog_plan_charge.product_id,
    catalog_plan_charge.name,
    subscriptions_subscription.description,
    case when catalog_plan_charge.model = 'PER_UNIT' then claimed.quantity else 1 end as quantity,
    catalog_price.unit_price,
    catalog_price.currency_id as currency,
    claimed.effective_from
from claimed
inner join catalog_plan_charge on claimed.plan_charge_id = catalog_plan_charge.id
inner join catalog_price on claimed.price_id = catalog_price.id
inner join subscriptions_subscription on claimed.subscription_id = subscriptions_subscription.id
order by claimed.item_id
