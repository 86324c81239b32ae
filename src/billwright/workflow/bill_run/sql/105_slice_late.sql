-- step: slice_late
-- owner: usage
-- reads: subscriptions_item, subscriptions_subscription
-- writes: none
-- uses: run_slice, run_late, run_payer, run_account, run_entity, run_currency, run_price
-- needs: run_late
-- why: what is billed already and may have changed is measured and priced again like any period; only the difference is
-- charged. It closes nothing: its minimum was topped up when its period ended.
with

late as (
    -- By its own price first: by their currency alone every payer would meet every price.
    select l.*, p.currency
    from run_late as l
    inner join run_price as p on p.price_id = l.price_id
    offset 0
)

insert into run_slice (
    payer_id, account_id, subscription_id, item_id, price_id, claim_no, kind, model, text, period_from, period_to,
    service_from, service_to, days, base_days, quantity, share_percent, is_closing, scale, legal_entity_id, clause,
    zero_lines, first_tier_flat_at_zero, minimum_proration, rounding, tax_prices, discount_tax, discount_limits
)
select
    late.payer_id,
    late.account_id,
    late.subscription_id,
    late.item_id,
    late.price_id,
    late.claim_no + 1 as claim_no,
    'USAGE' as kind,
    price.model,
    case when s.description = '' then price.name else price.name || ' – ' || s.description end as text,
    late.period_from,
    late.period_to,
    late.service_from,
    late.service_to,
    late.service_to - late.service_from as days,
    late.period_to - late.period_from as base_days,
    i.quantity,
    i.share_percent,
    false as is_closing,
    currency.scale,
    payer.legal_entity_id,
    i.clause,
    coalesce(price.zero_lines, account.zero_lines, entity.zero_lines) as zero_lines,
    coalesce(price.first_tier_flat_at_zero, account.first_tier_flat_at_zero, entity.first_tier_flat_at_zero)
        as first_tier_flat_at_zero,
    coalesce(price.minimum_proration, account.minimum_proration, entity.minimum_proration) as minimum_proration,
    coalesce(price.rounding, account.rounding, entity.rounding) as rounding,
    coalesce(price.tax_prices, account.tax_prices, entity.tax_prices) as tax_prices,
    coalesce(price.discount_tax, account.discount_tax, entity.discount_tax) as discount_tax,
    coalesce(price.discount_limits, account.discount_limits, entity.discount_limits) as discount_limits
from late
inner join subscriptions_item as i on i.id = late.item_id
inner join subscriptions_subscription as s on s.id = late.subscription_id
inner join run_payer as payer on payer.payer_id = late.payer_id and payer.currency = late.currency
inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
inner join run_account as account on account.account_id = late.account_id
inner join run_price as price on price.price_id = late.price_id
inner join run_currency as currency
    on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
