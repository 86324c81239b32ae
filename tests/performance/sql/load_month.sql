-- One open invoice of every account that is there, of one month of 2025 (%(month)s, from 1).
create temporary table document as
select
    %(month)s * 1000000 + a.id as id,
    a.id as account_id,
    a.legal_entity_id,
    a.currency_id as currency,
    make_date(2025, %(month)s, 1) as document_date,
    -- A third pays the same every month, as with a subscription; the others by use.
    10000 + (a.id * 37) %% 5000 * 10 + case when a.id %% 3 = 0 then 0 else (a.id * 17 + %(month)s * 1009) %% 9000 end
        as amount_minor
from accounts_billing_account as a;

insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select
    100000000 + d.id, d.legal_entity_id, 'INVOICE', d.document_date, d.document_date, d.document_date,
    'invoice:' || d.id, '', 'load', false
from document as d;

insert into ledger_posting (
    entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code, cost_center
)
select
    100000000 + s.id, s.line_no, l.id, s.billing_account_id, s.currency, s.amount_minor, s.amount_minor, '', ''
from (
    select
        d.id, 1 as line_no, 'RECEIVABLES' as role, d.account_id as billing_account_id, d.legal_entity_id, d.currency,
        d.amount_minor
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
    'INV-2025-' || lpad((d.id %% 1000000 + %(month)s * 10000)::text, 6, '0'), d.currency, d.document_date,
    d.document_date + 30, d.document_date, d.amount_minor, 0, d.amount_minor, 100000000 + d.id, '', '', '', '', '',
    'en', '', '', 'load', 1
from document as d;

insert into receivables_open_item (
    id, account_id, legal_entity_id, invoice_id, claim_class, currency, document_date, due_date, accounting_date,
    amount_minor, open_minor, recorded_at
)
select
    d.id, d.account_id, d.legal_entity_id, d.id, 'PRINCIPAL', d.currency, d.document_date, d.document_date + 30,
    d.document_date, d.amount_minor, d.amount_minor, d.document_date
from document as d;

drop table document
