-- A world of %(subscriptions)s subscriptions: four accounts for five subscriptions, one customer an account.
-- Entities, currencies, grids, plans and taxes are there already; modulo arithmetic spreads the rest, so every load is
-- the same.
insert into accounts_customer (
    kind, name, first_name, last_name, language, country, timezone, tax_number, registration_number, reference, version,
    created_at
)
select
    'PERSON', 'Customer ' || n, '', '', 'en', 'ZA', 'Africa/Johannesburg', '', '', '', 1, timestamptz '2025-01-01Z'
from generate_series(1, %(subscriptions)s * 4 / 5) as n;

insert into accounts_billing_account (
    number, customer_id, legal_entity_id, currency_id, name, state, cycle_day, timezone, language, delivery,
    tax_treatment, tax_exemption_reason, place_of_supply, credit_class, purchase_order, cost_center, reference,
    payment_method, opened_on, version, created_at
)
select
    'A' || n, c.id, e.id, e.base_currency_id, '', 'OPEN',
    case when n %% 100 < 40 then 1 when n %% 100 < 55 then 31 else 2 + n %% 29 end,
    (array['Africa/Johannesburg', 'Asia/Kathmandu', 'America/Lima', 'Europe/Sofia', 'Pacific/Auckland'])[1 + n %% 5],
    'en', 'EMAIL', case when n %% 20 = 7 then 'EXPORT' else 'DOMESTIC' end, '', '', 'STANDARD', '', '', '', '',
    date '2025-01-01', 1, timestamptz '2025-01-01Z'
from (
    select c.id, row_number() over (order by c.id) as n
    from accounts_customer as c
) as c
inner join (
    select e.id, e.base_currency_id, row_number() over (order by e.id) as place, count(*) over () as entities
    from org_legal_entity as e
) as e on e.place = 1 + c.n %% e.entities;

insert into accounts_address (
    account_id, kind, addressee, street, postcode, city, region, country, valid_from
)
select a.id, 'BILLING', '', a.id || ' Long Street', '8001', 'Example', '', 'ZA', date '2025-01-01'
from accounts_billing_account as a;

insert into subscriptions_subscription (
    number, account_id, plan_id, state, quantity, description, reference, ordered_on, starts_on, cancel_reason, version,
    created_at
)
select
    'S' || n, a.id, p.id, 'ACTIVE', case when p.code in ('seats', 'tiers') then 1 + n %% 9 else 1 end,
    'service ' || n || '.example', '', date '2025-01-01', date '2025-01-01', '', 1, timestamptz '2025-01-01Z'
from generate_series(1, %(subscriptions)s) as n
inner join (
    select a.id, row_number() over (order by a.id) as place
    from accounts_billing_account as a
) as a on a.place = 1 + n * 7 %% (%(subscriptions)s * 4 / 5)
inner join catalog_plan as p on p.code = case
    when n %% 10 = 0 then 'annual'
    when n %% 10 = 1 then 'arrears'
    when n %% 10 < 4 then 'seats'
    when n %% 10 = 4 then 'tiers'
    else 'flat'
end;

insert into subscriptions_item (
    account_id, payer_id, subscription_id, plan_charge_id, price_id, grid_id, quantity, effective_from
)
select s.account_id, s.account_id, s.id, c.id, p.id, g.id, s.quantity, s.starts_on
from subscriptions_subscription as s
inner join accounts_billing_account as a on a.id = s.account_id
inner join catalog_plan_charge as c on c.plan_id = s.plan_id
inner join catalog_price as p on p.plan_charge_id = c.id and p.currency_id = a.currency_id
inner join subscriptions_billing_grid as g
    on g.interval_unit = 'MONTH'
    and g.interval_count = c.interval_count
    and g.anchor_day = a.cycle_day
    and g.phase = case when c.interval_count = 1 then 0 else 2 end;

-- Each item stands where last month's run left it.
insert into subscriptions_billing_mark (payer_id, item_id, billed_through, claim_no)
select
    i.payer_id, i.id, case when c.timing = 'ARREARS' then before.starts_on else g.starts_on end, 14
from subscriptions_item as i
inner join catalog_plan_charge as c on c.id = i.plan_charge_id
inner join subscriptions_grid_period as g
    on g.grid_id = i.grid_id and g.starts_on <= %(as_of)s and g.ends_before > %(as_of)s
inner join subscriptions_grid_period as before on before.grid_id = i.grid_id and before.ends_before = g.starts_on
order by i.payer_id, i.id;

-- One account in twenty has paid ahead.
with

paid as (
    insert into payments_payment (
        number, legal_entity_id, account_id, currency, amount_minor, method, reference, text, payer_name, value_date,
        accounting_date, state, entry_id, source, source_key, recorded_by, recorded_at
    )
    select
        'P' || a.id, a.legal_entity_id, a.id, a.currency_id, 5000, 'BANK_TRANSFER', '', '', '', date '2026-03-01',
        date '2026-03-01', 'RECEIVED', 30000000 + a.id, 'bench', a.id::text, 'system:bench', timestamptz '2026-03-01Z'
    from accounts_billing_account as a
    where a.id %% 20 = 3
    returning id, account_id, legal_entity_id, currency, amount_minor
)

insert into receivables_unallocated_cash (
    account_id, legal_entity_id, payment_id, currency, value_date, accounting_date, amount_minor, open_minor,
    recorded_at
)
select
    account_id, legal_entity_id, id, currency, date '2026-03-01', date '2026-03-01', amount_minor, amount_minor,
    timestamptz '2026-03-01Z'
from paid
