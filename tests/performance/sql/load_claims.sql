-- Two open invoices of every account that is there, in number series with a year, and the words by which accounts are
-- found. Names are made of two words each, so that a name alone finds few.
update accounts_customer
set name = 'Farm' || (id * 7919) %% 99991 || ' Weaver' || (id * 104729) %% 99989;

insert into accounts_search_word (account_id, word)
select a.id, lower(a.number)
from accounts_billing_account as a
union
select a.id, w.word
from accounts_billing_account as a
inner join accounts_customer as c on c.id = a.customer_id
cross join lateral regexp_split_to_table(lower(c.name), '\s+') as w (word);

create temporary table document as
select
    row_number() over (order by k, a.id) as id,
    a.id as account_id,
    a.legal_entity_id,
    a.currency_id as currency,
    (date '2026-02-01' + make_interval(months => k))::date as document_date,
    10000 + (a.id * 37 + k * 1009) %% 90000 as amount_minor
from accounts_billing_account as a
cross join generate_series(0, 1) as k;

insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select
    d.id, d.legal_entity_id, 'INVOICE', d.document_date, d.document_date, d.document_date, 'invoice:' || d.id, '',
    'load', false
from document as d;

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
) as s
inner join ledger_account as l on l.legal_entity_id = s.legal_entity_id and l.role = s.role and l.family = '';

insert into invoicing_invoice (
    id, kind, state, origin, legal_entity_id, account_id, number, currency, document_date, due_date, accounting_date,
    net_minor, tax_minor, total_minor, entry_id, split_key, reason_code, reason, purchase_order, cost_center, language,
    place_of_supply, text, issued_by, version
)
select
    d.id, 'INVOICE', 'ISSUED', 'IMPORT', d.legal_entity_id, d.account_id,
    'INV-2026-' || lpad(d.id::text, 7, '0'), d.currency, d.document_date,
    d.document_date + 30, d.document_date, d.amount_minor, 0, d.amount_minor, d.id, '', '', '', '', '', 'en', '', '',
    'load', 1
from document as d;

insert into receivables_open_item (
    id, account_id, legal_entity_id, invoice_id, claim_class, currency, document_date, due_date, accounting_date,
    amount_minor, open_minor, recorded_at
)
select
    d.id, d.account_id, d.legal_entity_id, d.id, 'PRINCIPAL', d.currency, d.document_date, d.document_date + 30,
    d.document_date, d.amount_minor, d.amount_minor, d.document_date
from document as d;

select
    setval(pg_get_serial_sequence('ledger_journal_entry', 'id'), 40000000),
    setval(pg_get_serial_sequence('invoicing_invoice', 'id'), 40000000),
    setval(pg_get_serial_sequence('receivables_open_item', 'id'), 40000000);

drop table document
