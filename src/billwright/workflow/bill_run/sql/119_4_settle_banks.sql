-- step: settle_banks
-- owner: rating
-- reads: subscriptions_subscription
-- writes: none
-- uses: run_line, run_bank, run_payer, run_price, run_currency, run_tax
-- needs: run_bank
-- why: the surplus that is left on the day of settlement is paid at its own price (formula 15).
insert into run_line (
    payer_id, split_key, account_id, item_id, subscription_id, kind, text, service_from, service_to, claim_no, price_id,
    formula, quantity, unit_price, numerator, divisor, amount_minor, discount_minor, tax_code, tax_percent, family,
    product_code
)
select
    b.payer_id,
    '' as split_key,
    b.account_id,
    b.item_id,
    b.subscription_id,
    'SETTLEMENT' as kind,
    case when s.description = '' then price.name else price.name || ' – ' || s.description end as text,
    b.period_from as service_from,
    b.period_to as service_to,
    b.claim_no + 1 as claim_no,
    b.price_id,
    15 as formula,
    b.quantity,
    b.unit_price,
    b.quantity * b.unit_price * currency.scale as numerator,
    1 as divisor,
    round(b.quantity * b.unit_price * currency.scale) as amount_minor,
    0 as discount_minor,
    case when price.tax_category = 'NONE' then '' else tax.tax_code end as tax_code,
    case when price.tax_category = 'NONE' then 0 else tax.percent end as tax_percent,
    price.family,
    price.product_code
from run_bank as b
inner join run_payer as payer on payer.payer_id = b.payer_id
inner join run_price as price on price.price_id = b.price_id
inner join run_currency as currency
    on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
inner join subscriptions_subscription as s on s.id = b.subscription_id
left join run_tax as tax
    on tax.legal_entity_id = payer.legal_entity_id
    and tax.tax_treatment = payer.tax_treatment
    and tax.tax_category = price.tax_category
where b.kind = 'SETTLED' and round(b.quantity * b.unit_price * currency.scale) <> 0
