-- step: read_currencies
-- owner: org
-- reads: org_currency, org_exchange_rate
-- writes: none
-- uses: run_currency, run_entity
-- why: minor units per unit of every currency, what one minor unit is worth in minor units of the base currency, and
-- the last day of a currency that was withdrawn.
with

rate as (
    select distinct on (r.from_currency_id, r.to_currency_id)
        r.from_currency_id as currency,
        r.to_currency_id as base_currency,
        r.rate
    from org_exchange_rate as r
    where r.valid_from <= %(document_date)s
    order by r.from_currency_id, r.to_currency_id, r.valid_from desc
)

insert into run_currency
select
    e.legal_entity_id,
    c.code as currency,
    10::numeric ^ c.exponent as scale,
    case
        when c.code = e.base_currency then 1
        else rate.rate * 10::numeric ^ (e.base_exponent - c.exponent)
    end as base_factor,
    c.valid_until
from run_entity as e
cross join org_currency as c
left join rate on rate.currency = c.code and rate.base_currency = e.base_currency
