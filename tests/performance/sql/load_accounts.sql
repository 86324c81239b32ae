-- %(accounts)s customers with one account each, spread over the entities that are there, in their base currencies.
insert into accounts_customer (
    kind, name, first_name, last_name, language, country, timezone, tax_number, registration_number, reference, version,
    created_at
)
select
    'PERSON', 'Customer ' || n, '', '', 'en', 'ZA', 'Africa/Johannesburg', '', '', '', 1, timestamptz '2025-01-01Z'
from generate_series(1, %(accounts)s) as n;

insert into accounts_billing_account (
    number, customer_id, legal_entity_id, currency_id, name, state, cycle_day, timezone, language, delivery,
    tax_treatment, tax_exemption_reason, place_of_supply, credit_class, purchase_order, cost_center, reference,
    payment_method, opened_on, version, created_at
)
select
    'A' || c.id, c.id, e.id, e.base_currency_id, '', 'OPEN', 1, 'Africa/Johannesburg', 'en', 'EMAIL',
    'DOMESTIC', '', '', 'STANDARD', '', '', '', '', date '2025-01-01', 1, timestamptz '2025-01-01Z'
from accounts_customer as c
inner join (
    select e.id, e.base_currency_id, row_number() over (order by e.id) as place, count(*) over () as entities
    from org_legal_entity as e
) as e on e.place = 1 + c.id %% e.entities
