-- step: read_supposed_prices
-- owner: catalog
-- reads: catalog_price
-- writes: none
-- uses: run_price, run_other_price
-- why: a price taken in place of another belongs to the same charge, plan and product, and holds by their conventions.
insert into run_price
select distinct on (p.id)
    p.id as price_id,
    known.plan_charge_id,
    known.plan_id,
    known.currency,
    known.model,
    known.timing,
    known.interval_unit,
    known.interval_count,
    known.meter,
    p.unit_price,
    p.per,
    p.step,
    p.package_size,
    p.included,
    p.included_records,
    p.percent,
    p.fixed,
    p.record_minimum,
    p.record_maximum,
    p.by_property,
    p.minimum,
    p.maximum,
    p.connect,
    p.cap,
    known.name,
    known.product_code,
    known.family,
    known.tax_category,
    known.grace_days,
    known.ahead_days,
    known.due_on_renewal,
    known.day_count,
    known.stub,
    known.arrears_on,
    known.first_tier_flat_at_zero,
    known.minimum_proration,
    known.late_usage,
    known.rounding,
    known.tax_prices,
    known.discount_tax,
    known.discount_limits,
    known.credit_cap,
    known.zero_lines
from run_other_price as other
inner join run_price as known on known.price_id = other.price_id
inner join catalog_price as p on p.id = other.other_price_id
where other.other_price_id not in (select r.price_id from run_price as r)
order by p.id, known.price_id
