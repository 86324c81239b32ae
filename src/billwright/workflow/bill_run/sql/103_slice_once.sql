-- step: slice_once
-- owner: subscriptions
-- reads: subscriptions_subscription
-- writes: none
-- uses: run_slice, run_due, run_payer, run_account, run_entity, run_currency, run_price
-- why: charges of a plan that are owed once, on the first day of service, whatever its length.
with

moved as (
    select d.*
    from run_due as d
    where d.grid_id is null and d.horizon > d.billed_through
),

subscription as (
    select s.id as subscription_id, s.description
    from subscriptions_subscription as s
    where s.id = any(array(select moved.subscription_id from moved))
)

insert into run_slice (
    payer_id, account_id, subscription_id, item_id, price_id, claim_no, kind, model, text, period_from, period_to,
    service_from, service_to, days, base_days, quantity, share_percent, is_closing, scale, legal_entity_id, clause,
    zero_lines, first_tier_flat_at_zero, minimum_proration, rounding, tax_prices, discount_tax, discount_limits
)
select
    moved.payer_id,
    moved.account_id,
    moved.subscription_id,
    moved.item_id,
    moved.price_id,
    moved.claim_no + 1 as claim_no,
    'ONE_OFF' as kind,
    price.model,
    case when subscription.description = '' then price.name else price.name || ' – ' || subscription.description end
        as text,
    moved.billed_through as period_from,
    moved.horizon as period_to,
    moved.billed_through as service_from,
    moved.horizon as service_to,
    1 as days,
    1 as base_days,
    moved.quantity,
    100 as share_percent,
    true as is_closing,
    currency.scale,
    payer.legal_entity_id,
    moved.clause,
    coalesce(price.zero_lines, account.zero_lines, entity.zero_lines) as zero_lines,
    coalesce(price.first_tier_flat_at_zero, account.first_tier_flat_at_zero, entity.first_tier_flat_at_zero)
        as first_tier_flat_at_zero,
    coalesce(price.minimum_proration, account.minimum_proration, entity.minimum_proration) as minimum_proration,
    coalesce(price.rounding, account.rounding, entity.rounding) as rounding,
    coalesce(price.tax_prices, account.tax_prices, entity.tax_prices) as tax_prices,
    coalesce(price.discount_tax, account.discount_tax, entity.discount_tax) as discount_tax,
    coalesce(price.discount_limits, account.discount_limits, entity.discount_limits) as discount_limits
from moved
inner join run_payer as payer on payer.payer_id = moved.payer_id
inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
inner join run_account as account on account.account_id = moved.account_id
inner join run_price as price on price.price_id = moved.price_id and price.currency = payer.currency
inner join run_currency as currency
    on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
inner join subscription on subscription.subscription_id = moved.subscription_id
