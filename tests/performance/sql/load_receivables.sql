-- %(accounts)s accounts of one entity with twelve monthly invoices each: all but the last are paid five weeks after
-- their date, every tenth account stopped paying three invoices before its last. One receipt an account.
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
    'A' || c.id, c.id, e.id, 'ZAR', '', 'OPEN', 1, 'Africa/Johannesburg', 'en', 'EMAIL', 'DOMESTIC', '', '', 'STANDARD',
    '', '', '', '', date '2025-01-01', 1, timestamptz '2025-01-01Z'
from accounts_customer as c
cross join org_legal_entity as e;

create temporary table document as
select
    row_number() over (order by k, a.id) as id,
    a.id as account_id,
    a.legal_entity_id,
    (date '2025-04-01' + make_interval(months => k))::date as document_date,
    1000 + a.id %% 9000 as amount_minor,
    k < case when a.id %% 10 = 0 then 8 else 11 end as paid
from accounts_billing_account as a
cross join generate_series(0, 11) as k;

insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select
    d.id, d.legal_entity_id, 'INVOICE', d.document_date, d.document_date, d.document_date, 'invoice:' || d.id, '', 'load',
    false
from document as d
union all
select
    10000000 + a.id, a.legal_entity_id, 'RECEIPT', date '2025-04-01', date '2025-04-01', date '2025-04-01',
    'payment:' || a.id, '', 'load', false
from accounts_billing_account as a
union all
select
    20000000 + d.id, d.legal_entity_id, 'ALLOCATION', d.document_date + 35, d.document_date + 35, d.document_date + 35,
    'allocation:' || d.id, '', 'load', false
from document as d
where d.paid;

create temporary table paid as
select
    d.account_id,
    d.legal_entity_id,
    sum(d.amount_minor) as amount_minor
from document as d
where d.paid
group by d.account_id, d.legal_entity_id;

insert into ledger_posting (
    entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code, cost_center
)
select
    s.entry_id, s.line_no, l.id, s.account_id, 'ZAR', s.amount_minor, s.amount_minor, '', ''
from (
    select d.id as entry_id, 1 as line_no, 'RECEIVABLES' as role, d.account_id, d.amount_minor from document as d
    union all
    select d.id, 2, 'MIGRATION_CLEARING', null, -d.amount_minor from document as d
    union all
    select 10000000 + p.account_id, 1, 'BANK', null, p.amount_minor from paid as p
    union all
    select 10000000 + p.account_id, 2, 'UNALLOCATED_CASH', p.account_id, -p.amount_minor from paid as p
    union all
    select 20000000 + d.id, 1, 'UNALLOCATED_CASH', d.account_id, d.amount_minor from document as d where d.paid
    union all
    select 20000000 + d.id, 2, 'RECEIVABLES', d.account_id, -d.amount_minor from document as d where d.paid
) as s
inner join ledger_account as l on l.role = s.role and l.family = '';

insert into invoicing_invoice (
    id, kind, state, origin, legal_entity_id, account_id, number, currency, document_date, due_date, accounting_date,
    net_minor, tax_minor, total_minor, entry_id, split_key, reason_code, reason, purchase_order, cost_center, language,
    place_of_supply, text, issued_by, version
)
select
    d.id, 'INVOICE', 'ISSUED', 'IMPORT', d.legal_entity_id, d.account_id, 'L' || d.id, 'ZAR', d.document_date,
    d.document_date + 30, d.document_date, d.amount_minor, 0, d.amount_minor, d.id, '', '', '', '', '', 'en', '', '',
    'load', 1
from document as d;

insert into receivables_open_item (
    id, account_id, legal_entity_id, invoice_id, claim_class, currency, document_date, due_date, accounting_date,
    amount_minor, open_minor, recorded_at
)
select
    d.id, d.account_id, d.legal_entity_id, d.id, 'PRINCIPAL', 'ZAR', d.document_date, d.document_date + 30,
    d.document_date, d.amount_minor, case when d.paid then 0 else d.amount_minor end, d.document_date
from document as d;

insert into payments_payment (
    id, number, legal_entity_id, account_id, currency, amount_minor, method, reference, text, payer_name, value_date,
    accounting_date, state, entry_id, source, source_key, recorded_by, recorded_at
)
select
    p.account_id, 'R' || p.account_id, p.legal_entity_id, p.account_id, 'ZAR', p.amount_minor, 'BANK_TRANSFER', '', '', '',
    date '2025-04-01', date '2025-04-01', 'RECEIVED', 10000000 + p.account_id, 'load', p.account_id::text, 'load',
    timestamptz '2025-04-01Z'
from paid as p;

insert into receivables_unallocated_cash (
    id, account_id, legal_entity_id, payment_id, currency, value_date, accounting_date, amount_minor, open_minor,
    recorded_at
)
select
    p.account_id, p.account_id, p.legal_entity_id, p.account_id, 'ZAR', date '2025-04-01', date '2025-04-01',
    p.amount_minor, 0, timestamptz '2025-04-01Z'
from paid as p;

insert into receivables_allocation (
    id, account_id, open_item_id, cash_id, amount_minor, currency, policy, accounting_date, recorded_at, recorded_by,
    entry_id
)
select
    d.id, d.account_id, d.id, d.account_id, d.amount_minor, 'ZAR', 'IMPORTED', d.document_date + 35, d.document_date + 35,
    'load', 20000000 + d.id
from document as d
where d.paid
order by d.document_date, d.id;

select
    setval(pg_get_serial_sequence('ledger_journal_entry', 'id'), 40000000),
    setval(pg_get_serial_sequence('receivables_allocation', 'id'), 40000000),
    setval(pg_get_serial_sequence('payments_payment', 'id'), 40000000),
    setval(pg_get_serial_sequence('receivables_unallocated_cash', 'id'), 40000000);

drop table document, paid
