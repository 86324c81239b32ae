-- The last %(months)s monthly invoices, up to March 2026, of every account that is there: all but the last are paid
-- five weeks after their date, every tenth account stopped paying three invoices before its last. One receipt an
-- account; receipts that are there already get their entries. The last invoice of four accounts in five is due a year
-- after its date, so that on most days a fifth of the book is overdue. The last account owes so many (owing) more.
create temporary table document as
with months as (
    select a.id, a.legal_entity_id, a.currency_id, k
    from accounts_billing_account as a
    cross join generate_series(12 - %(months)s, 11) as k
    union all
    -- One account owes many documents of the last month.
    select a.id, a.legal_entity_id, a.currency_id, 11
    from accounts_billing_account as a
    cross join generate_series(1, %(owing)s)
    where a.id = (select max(last.id) from accounts_billing_account as last)
)

select
    row_number() over (order by a.k, a.id) as id,
    a.id as account_id,
    a.legal_entity_id,
    a.currency_id as currency,
    (date '2025-04-01' + make_interval(months => a.k))::date as document_date,
    1000 + a.id %% 9000 as amount_minor,
    case when a.k = 11 and a.id %% 5 <> 0 then 365 else 30 end as days,
    a.k < case when a.id %% 10 = 0 then 8 else 11 end as paid
from months as a;

create temporary table paid as
select
    d.account_id,
    d.legal_entity_id,
    d.currency,
    sum(d.amount_minor) as amount_minor
from document as d
where d.paid
group by d.account_id, d.legal_entity_id, d.currency;

insert into payments_payment (
    id, number, legal_entity_id, account_id, currency, amount_minor, method, reference, text, payer_name, value_date,
    accounting_date, state, entry_id, source, source_key, recorded_by, recorded_at
)
select
    10000000 + p.account_id, 'R' || p.account_id, p.legal_entity_id, p.account_id, p.currency, p.amount_minor,
    'BANK_TRANSFER', '', '', '', date '2025-04-01', date '2025-04-01', 'RECEIVED', 10000000 + p.account_id, 'load',
    p.account_id::text, 'load', timestamptz '2025-04-01Z'
from paid as p;

insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select
    d.id, d.legal_entity_id, 'INVOICE', d.document_date, d.document_date, d.document_date, 'invoice:' || d.id, '',
    'load', false
from document as d
union all
select
    p.entry_id, p.legal_entity_id, 'RECEIPT', p.accounting_date, p.accounting_date, p.recorded_at, 'payment:' || p.id,
    '', 'load', false
from payments_payment as p
union all
select
    20000000 + d.id, d.legal_entity_id, 'ALLOCATION', d.document_date + 35, d.document_date + 35, d.document_date + 35,
    'allocation:' || d.id, '', 'load', false
from document as d
where d.paid;

insert into ledger_posting (
    entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code, cost_center
)
select
    s.entry_id, s.line_no, l.id, s.billing_account_id, s.currency, s.amount_minor, s.amount_minor, '', ''
from (
    select
        d.id as entry_id, 1 as line_no, 'RECEIVABLES' as role, d.account_id as billing_account_id, d.legal_entity_id,
        d.currency, d.amount_minor
    from document as d
    union all
    select d.id, 2, 'MIGRATION_CLEARING', null, d.legal_entity_id, d.currency, -d.amount_minor from document as d
    union all
    select p.entry_id, 1, 'BANK', null, p.legal_entity_id, p.currency, p.amount_minor from payments_payment as p
    union all
    select p.entry_id, 2, 'UNALLOCATED_CASH', p.account_id, p.legal_entity_id, p.currency, -p.amount_minor
    from payments_payment as p
    union all
    select 20000000 + d.id, 1, 'UNALLOCATED_CASH', d.account_id, d.legal_entity_id, d.currency, d.amount_minor
    from document as d
    where d.paid
    union all
    select 20000000 + d.id, 2, 'RECEIVABLES', d.account_id, d.legal_entity_id, d.currency, -d.amount_minor
    from document as d
    where d.paid
) as s
inner join ledger_account as l on l.legal_entity_id = s.legal_entity_id and l.role = s.role and l.family = '';

insert into invoicing_invoice (
    id, kind, state, origin, legal_entity_id, account_id, number, currency, document_date, due_date, accounting_date,
    net_minor, tax_minor, total_minor, entry_id, split_key, reason_code, reason, purchase_order, cost_center, language,
    place_of_supply, text, issued_by, version
)
select
    d.id, 'INVOICE', 'ISSUED', 'IMPORT', d.legal_entity_id, d.account_id, 'L' || d.id, d.currency, d.document_date,
    d.document_date + d.days, d.document_date, d.amount_minor, 0, d.amount_minor, d.id, '', '', '', '', '', 'en', '',
    '', 'load', 1
from document as d;

insert into receivables_open_item (
    id, account_id, legal_entity_id, invoice_id, claim_class, currency, document_date, due_date, accounting_date,
    amount_minor, open_minor, recorded_at
)
select
    d.id, d.account_id, d.legal_entity_id, d.id, 'PRINCIPAL', d.currency, d.document_date, d.document_date + d.days,
    d.document_date, d.amount_minor, case when d.paid then 0 else d.amount_minor end, d.document_date
from document as d;

insert into receivables_unallocated_cash (
    id, account_id, legal_entity_id, payment_id, currency, value_date, accounting_date, amount_minor, open_minor,
    recorded_at
)
select
    10000000 + p.account_id, p.account_id, p.legal_entity_id, 10000000 + p.account_id, p.currency, date '2025-04-01',
    date '2025-04-01', p.amount_minor, 0, timestamptz '2025-04-01Z'
from paid as p;

insert into receivables_allocation (
    id, account_id, open_item_id, cash_id, amount_minor, currency, policy, accounting_date, recorded_at, recorded_by,
    entry_id
)
select
    d.id, d.account_id, d.id, 10000000 + d.account_id, d.amount_minor, d.currency, 'IMPORTED', d.document_date + 35,
    d.document_date + 35, 'load', 20000000 + d.id
from document as d
where d.paid
order by d.document_date, d.id;

select
    setval(pg_get_serial_sequence('ledger_journal_entry', 'id'), 40000000),
    setval(pg_get_serial_sequence('invoicing_invoice', 'id'), 40000000),
    setval(pg_get_serial_sequence('receivables_open_item', 'id'), 40000000),
    setval(pg_get_serial_sequence('receivables_allocation', 'id'), 40000000),
    setval(pg_get_serial_sequence('payments_payment', 'id'), 40000000),
    setval(pg_get_serial_sequence('receivables_unallocated_cash', 'id'), 40000000);

drop table document, paid
