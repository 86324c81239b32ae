-- step: suppose_rules
-- owner: ledger
-- reads: none
-- writes: none
-- uses: run_entity
-- why: the second draft reads another value of a company's convention; what an account, a plan or a price chose for itself
-- goes before it, as ever.
update run_entity as e
set correction = coalesce(%(options)s::jsonb ->> 'correction', e.correction),
    zero_lines = coalesce(%(options)s::jsonb ->> 'zero_lines', e.zero_lines),
    credit_use = coalesce(%(options)s::jsonb ->> 'credit_use', e.credit_use),
    day_count = coalesce(%(options)s::jsonb ->> 'day_count', e.day_count),
    tax_rounding = coalesce(%(options)s::jsonb ->> 'tax_rounding', e.tax_rounding),
    stub = coalesce(%(options)s::jsonb ->> 'stub', e.stub),
    arrears_on = coalesce(%(options)s::jsonb ->> 'arrears_on', e.arrears_on),
    first_tier_flat_at_zero = coalesce(%(options)s::jsonb ->> 'first_tier_flat_at_zero', e.first_tier_flat_at_zero),
    minimum_proration = coalesce(%(options)s::jsonb ->> 'minimum_proration', e.minimum_proration),
    late_usage = coalesce(%(options)s::jsonb ->> 'late_usage', e.late_usage),
    rounding = coalesce(%(options)s::jsonb ->> 'rounding', e.rounding),
    tax_prices = coalesce(%(options)s::jsonb ->> 'tax_prices', e.tax_prices),
    discount_tax = coalesce(%(options)s::jsonb ->> 'discount_tax', e.discount_tax),
    discount_limits = coalesce(%(options)s::jsonb ->> 'discount_limits', e.discount_limits),
    credit_cap = coalesce(%(options)s::jsonb ->> 'credit_cap', e.credit_cap),
    negative_total = coalesce(%(options)s::jsonb ->> 'negative_total', e.negative_total)
