-- What the desks list beside accounts and documents: methods and debits, gateways, refunds, the counter, the bank's
-- inbox, the matching queue, advice, contracts, offers and messages, in proportions of a book of that many accounts;
-- of what does not grow with the accounts, up to %(most)s of a kind.
analyze invoicing_invoice, payments_payment, receivables_open_item, receivables_unallocated_cash;

create temporary table debtor as
select
    a.id, a.legal_entity_id, a.currency_id as currency, i.id as invoice_id, i.line_day,
    row_number() over (order by a.id) as n
from accounts_billing_account as a
cross join lateral (
    select v.id, v.document_date as line_day from invoicing_invoice as v where v.account_id = a.id order by v.id limit 1
) as i;

analyze debtor;

insert into org_own_bank_account (
    label, holder, bank_name, iban, account_number, branch_code, bic, payment_address, on_documents, currency_id,
    legal_entity_id
)
select 'Main', e.name, 'Example Bank', '', '40000' || e.id, '', '', '', true, e.base_currency_id, e.id
from org_legal_entity as e;

-- A quarter pays by debit order.
insert into payments_stored_method (
    id, kind, provider, details_kind, sealed, fingerprint, label, holder, currency, rank, valid_from, state,
    state_reason, changed_at, recorded_by, recorded_at, account_id, legal_entity_id,
    bank_change
)
select
    10000000 + d.id, 'DIRECT_DEBIT', '', 'ZA', ''::bytea, md5(d.id::text), '•••' || d.id %% 1000, 'Holder', d.currency,
    1, date '2025-01-01', 'ACTIVE', '', timestamptz '2025-01-01Z', 'load', timestamptz '2025-01-01Z', d.id,
    d.legal_entity_id, ''
from debtor as d
where d.n %% 4 = 0;

insert into payments_mandate (
    id, scheme, reference, signed_on, authenticated_how, bank_reference, currency, category, frequency, ends_on, state,
    state_reason, changed_at, recorded_by, recorded_at, account_id, legal_entity_id, stored_method_id
)
select
    m.id, 'za-naedo', 'M' || m.id, date '2025-01-01', '', '', m.currency, '', 'MONTHLY',
    case when m.account_id %% 50 = 0 then current_date + 30 end, 'ACTIVE', '', timestamptz '2025-01-01Z', 'load',
    timestamptz '2025-01-01Z', m.account_id, m.legal_entity_id, m.id
from payments_stored_method as m;

insert into payments_collection_agreement (
    id, scheme, creditor_id, creditor_name, terms, valid_from, is_ended, recorded_by, recorded_at, bank_account_id,
    legal_entity_id
)
select b.id, 'za-naedo', 'C1', 'Example', '{}', date '2025-01-01', false, 'load', timestamptz '2025-01-01Z', b.id,
    b.legal_entity_id
from org_own_bank_account as b;

insert into payments_collection_run (
    id, scheme, currency, action_day, submit_by, state, collection_count, total_minor, message_id, file_sha256,
    prepared_by, prepared_at, approved_by, submitted_by, cleared_minor, agreement_id, bank_account_id, legal_entity_id
)
select
    b.id * 100 + k, 'za-naedo', b.currency_id, date '2026-01-05' + k::int * 7, date '2026-01-03' + k::int * 7, 'CLOSED',
    500, 500000, 'MSG' || b.id || '-' || k, '', 'load', timestamptz '2026-01-01Z', 'load', 'load', 0, b.id, b.id,
    b.legal_entity_id
from org_own_bank_account as b
cross join generate_series(1, least(24, %(most)s)) as k;

-- One debit in twelve failed; half of those wait for a person.
insert into payments_collection (
    currency, amount_minor, action_day, sequence, attempt_no, end_to_end, gateway_reference, state, code, kind, says,
    failed_on, plan, plan_says, resolved_at, resolved_by, recorded_by, recorded_at, changed_at, account_id,
    legal_entity_id, run_id, mandate_id, stored_method_id
)
select
    m.currency, 1000, r.action_day, 'RCUR', 1, 'E' || m.id || '-' || r.id, '',
    case when m.account_id %% 12 = 0 then 'FAILED' else 'PAID' end,
    case when m.account_id %% 12 = 0 then '02' else '' end,
    case when m.account_id %% 12 = 0 then 'needs_customer' else '' end, '',
    case when m.account_id %% 12 = 0 then r.action_day + 2 end,
    case when m.account_id %% 12 = 0 then 'CONTACT' else '' end, '',
    case when m.account_id %% 24 = 0 then timestamptz '2026-06-01Z' end, '', 'load', timestamptz '2026-01-01Z',
    timestamptz '2026-01-01Z', m.account_id, m.legal_entity_id, r.id, m.id, m.stored_method_id
from payments_mandate as m
inner join payments_collection_run as r
    on m.legal_entity_id = r.legal_entity_id
    and r.id %% 100 in (
        1 + m.account_id / 97 %% least(24, %(most)s), 1 + (m.account_id / 97 + 7) %% least(24, %(most)s)
    );

-- A gateway a company: half of the receipts came by it, told twice.
insert into payments_gateway (
    id, name, kind, is_simulator, base_url, currency, settings, sealed_secrets, webhook_key, settlement_days, state,
    created_by, created_at, bank_account_id, legal_entity_id
)
select
    b.id, 'cards-' || b.id, 'stripe', true, 'http://127.0.0.1:9', b.currency_id, '{}', %(secrets)s,
    md5(b.id::text), 2, 'ACTIVE', 'load', timestamptz '2025-01-01Z', b.id, b.legal_entity_id
from org_own_bank_account as b;

create temporary table paid as
select p.*, row_number() over (partition by p.legal_entity_id order by p.id) as n
from payments_payment as p
where p.account_id %% 2 = 0;

analyze paid, payments_gateway;

insert into payments_gateway_event (
    event_key, body_hash, sealed_body, source_address, is_verified, is_confirmed, kind, payment_key, reference,
    object_key, currency, amount_minor, code, network, method, bank, message, state, reason_code, reason,
    delivery_count, received_at, gateway_id, payment_id
)
select
    'ev' || p.id || '-' || k, md5(p.id::text), %(secrets)s, '127.0.0.1', true, true, 'SUCCEEDED', 'pk' || p.id,
    'r' || p.id, '', p.currency, p.amount_minor, '', '', 'CARD', '', '',
    case when p.id %% 200 = 0 then 'QUARANTINED' else 'WORKED' end, '', '', 1, p.recorded_at, g.id, p.id
from paid as p
inner join payments_gateway as g on p.legal_entity_id = g.legal_entity_id
cross join generate_series(1, 2) as k;

insert into payments_payout (
    id, payout_key, currency, gross_minor, refunds_minor, chargebacks_minor, fees_minor, other_minor, net_minor,
    remainder_minor, paid_on, bank_reference, state, owner, reason, reported_at, resolved_by, gateway_id
)
select
    g.id * 1000 + k, 'po' || g.id || '-' || k, g.currency, 100000, 0, 0, 2000, 0, 98000, 0,
    date '2025-03-01' + k::int, '', case when k %% least(50, %(most)s) = 0 then 'UNEXPLAINED' else 'RECONCILED' end, '', '',
    timestamptz '2025-03-01Z' + make_interval(days => k::int), '', g.id
from payments_gateway as g
cross join generate_series(1, least(365, %(most)s)) as k;

insert into payments_payout_line (
    line_key, kind, amount_minor, fee_minor, payment_key, object_key, happened_on, text, unexplained_minor, reason,
    payment_id, payout_id
)
select
    'l' || p.id, 'PAYMENT', p.amount_minor, 10, 'pk' || p.id, '', p.value_date, '', 0, '', p.id,
    g.id * 1000 + 1 + p.n %% least(365, %(most)s)
from paid as p
inner join payments_gateway as g on p.legal_entity_id = g.legal_entity_id;

insert into payments_chargeback (
    chargeback_key, currency, amount_minor, reason_code, reason, opened_on, deadline, state, recorded_at, account_id,
    payment_id, gateway_id
)
select
    'cb' || p.id, p.currency, p.amount_minor, '4853', '', p.value_date + 30, p.value_date + 50,
    case when p.id %% 400 = 2 then 'OPEN' else 'LOST' end, p.recorded_at, p.account_id, p.id, g.id
from paid as p
inner join payments_gateway as g on p.legal_entity_id = g.legal_entity_id
where p.id %% 50 = 2;

insert into payments_gateway_alarm (
    kind, subject, figures, state, raised_at, looked_at, seen_by, ended_at, gateway_id
)
select
    'DECLINES', 'bank ' || k, '', case when k %% least(100, %(most)s) = 0 then 'RAISED' else 'ENDED' end, timestamptz '2025-06-01Z',
    timestamptz '2025-06-01Z', '', case when k %% least(100, %(most)s) <> 0 then timestamptz '2025-06-02Z' end, g.id
from payments_gateway as g
cross join generate_series(1, %(most)s) as k;

insert into payments_refund_order (
    cash_id, currency, amount_minor, route, sealed_for, sealed, destination_hash, destination_label, reason, end_to_end,
    state, note, reference, requested_by, requested_at, approved_by, approved_at, sent_by, account_id, legal_entity_id
)
select
    c.id, c.currency, 100, 'TO_ACCOUNT', '', ''::bytea, '', '', 'Paid twice', 'RF' || c.id,
    case when c.id %% 400 = 1 then 'REQUESTED' else 'CANCELED' end, '', '', 'load', timestamptz '2026-02-01Z', '',
    null, '', c.account_id, c.legal_entity_id
from receivables_unallocated_cash as c
where c.id %% 20 = 1 and c.account_id is not null;

insert into payments_fraud_flag (
    subject, kind, why, state, raised_by, raised_at, decided_by, decided_at, note, account_id, legal_entity_id
)
select
    'refund_order:' || o.id, 'REFUND_TO_NEW_ACCOUNT', 'New', case when o.id %% 10 = 0 then 'RAISED' else 'CLEARED' end,
    'load', timestamptz '2026-02-01Z', '', null, '', o.account_id, o.legal_entity_id
from payments_refund_order as o;

insert into payments_payment_link (
    token_hash, invoice_ids, expires_at, state, open_count, gateway_references, created_by, created_at, account_id,
    legal_entity_id
)
select
    md5(d.id::text), jsonb_build_array(d.invoice_id), timestamptz '2026-04-01Z', 'ACTIVE', d.id %% 3,
    jsonb_build_array('r' || d.id), 'load', timestamptz '2026-03-01Z', d.id, d.legal_entity_id
from debtor as d
where d.n %% 5 = 0;

insert into payments_deposit_slip (
    id, currency, deposited_on, cash_minor, state, made_by, made_at, bank_account_id, legal_entity_id
)
select
    b.id * 1000 + k, b.currency_id, date '2025-04-01' + k::int, 0,
    case when k > least(200, %(most)s) - 5 then 'DEPOSITED' else 'CLEARED' end, 'load', timestamptz '2025-04-01Z', b.id, b.legal_entity_id
from org_own_bank_account as b
cross join generate_series(1, least(200, %(most)s)) as k;

insert into payments_cheque (
    number, bank_name, drawer, drawn_on, currency, amount_minor, state, reason, recorded_by, recorded_at, account_id,
    legal_entity_id, payment_id, slip_id
)
select
    '00' || p.id, 'Example Bank', '', p.value_date, p.currency, p.amount_minor,
    case when p.id %% 1000 = 0 then 'RETURNED' else 'CLEARED' end, '', 'load', p.recorded_at, p.account_id,
    p.legal_entity_id, p.id, b.id * 1000 + 1 + p.n %% least(200, %(most)s)
from paid as p
inner join org_own_bank_account as b on p.legal_entity_id = b.legal_entity_id
where p.id %% 4 = 0;

insert into payments_cash_session (
    desk, currency, float_minor, state, expected_minor, counted_minor, difference_minor, note, opened_by, opened_at,
    closed_by, closed_at, legal_entity_id
)
select
    'Desk ' || k, e.base_currency_id, 1000, case when k = least(500, %(most)s) then 'OPEN' else 'CLOSED' end, 1000,
    1000, 0, '', 'load', timestamptz '2025-01-01Z' + make_interval(days => k::int), 'load', null, e.id
from org_legal_entity as e
cross join generate_series(1, least(500, %(most)s)) as k;

insert into files_stored_file (
    id, name, media_type, content, size_bytes, sha256, retention_class, about, stored_by, stored_at
)
select 1000000 + k, 'f' || k, 'text/plain', ''::bytea, 0, md5(k::text), 'BOOKS', '', 'load', timestamptz '2025-04-01Z'
from generate_series(1, 3 * %(most)s) as k;

insert into files_import_mapping (id, name, kind, version, text, saved_by, saved_at)
select k, 'book-' || k, 'INVOICES', 1, '', 'load', timestamptz '2025-04-01Z'
from generate_series(1, least(20, %(most)s)) as k;

insert into files_import_job (
    kind, state, row_count, done_count, created_count, repeated_count, error_count, failure, started_by, created_at,
    file_id, mapping_id
)
select 'INVOICES', 'UPLOADED', 0, 0, 0, 0, 0, '', 'load', timestamptz '2025-04-01Z', 1000000 + m.id, m.id
from files_import_mapping as m;

insert into payments_bank_file (
    id, name, sha256, format, state, reason_code, reason, place, statement_count, entry_count, new_count, taken_by,
    taken_at, stored_file_id
)
select
    1000000 + k, 'statement-' || k || '.xml', md5(k::text), 'CAMT.053', 'TAKEN', '', '', '', 1, 100, 100, 'load',
    timestamptz '2025-04-01Z', 1000000 + k
from generate_series(1, %(most)s) as k;

insert into payments_bank_statement (
    id, number, currency, opening_minor, closing_minor, first_day, last_day, entry_count, new_count, content,
    bank_account_id, file_id
)
select
    f.id, f.id::text, b.currency_id, 0, 0, date '2025-04-01' + (f.id %% 365)::int, date '2025-04-01' + (f.id %% 365)::int,
    100, 100, '', b.id, f.id
from payments_bank_file as f
inner join (
    select b.*, row_number() over (order by b.id) as place, count(*) over () as places from org_own_bank_account as b
) as b on b.place = 1 + f.id %% b.places;

-- All receipts but the last fiftieth were recorded.
insert into payments_bank_entry (
    booking_date, value_date, currency, amount_minor, bank_reference, end_to_end, counterparty, counterparty_account,
    remittance, code, return_reason, mandate, digest, occurrence, state, reason, bank_account_id, payment_id,
    statement_id
)
select
    p.value_date, p.value_date, p.currency, p.amount_minor, 'B' || p.id, '', 'Payer ' || p.id, '', 'A' || p.account_id,
    '', '', '', md5(p.id::text), 1, case when p.account_id %% 50 = 2 then 'NEW' else 'RECEIVED' end, '', s.bank_account_id,
    case when p.account_id %% 50 <> 2 then p.id end, s.id
from payments_payment as p
inner join (
    select s.*, b.legal_entity_id, row_number() over (partition by b.legal_entity_id order by s.id) as place
    from payments_bank_statement as s
    inner join org_own_bank_account as b on s.bank_account_id = b.id
) as s on p.legal_entity_id = s.legal_entity_id and s.place = 1 + p.id / 7 %% least(250, %(most)s);

-- Money that waits has a proposal; what was matched by a person stays as it was decided.
insert into receivables_match_proposal (
    id, legal_entity_id, currency, amount_minor, value_date, target_on, owner, state, evidence_kind, evidence,
    probability, is_deciding, reason, write_off_minor, write_off_kind, run_key, made_by, made_at, decision, decided_by,
    decided_at, allocation_ids, moved_cash_ids, account_id, cash_id, payment_id
)
select
    c.id, c.legal_entity_id, c.currency, c.amount_minor, c.value_date, c.value_date + 2, '',
    case when c.open_minor > 0 then 'OPEN' else 'ACCEPTED' end, 'INVOICE_NUMBER', '{}', 0.9, false,
    case when c.open_minor > 0 then 'BELOW_LIMIT' else '' end, 0, '', 'load', 'load', c.recorded_at,
    case when c.open_minor > 0 then '' else 'AUTO' end, '', case when c.open_minor > 0 then null else c.recorded_at end,
    '[]', '[]', c.account_id, c.id, c.payment_id
from receivables_unallocated_cash as c;

insert into receivables_match_item (place, amount_minor, write_off_minor, open_item_id, proposal_id)
select 1, 100, 0, i.id, m.id
from receivables_match_proposal as m
cross join lateral (
    select i.id from receivables_open_item as i where i.account_id = m.account_id order by i.id limit 1
) as i;

insert into receivables_remittance_advice (
    id, legal_entity_id, sha256, name, format, reference, payer, currency, total_minor, paid_on, faults, taken_by,
    taken_at, stored_file_id
)
select
    f.id, e.id, f.sha256, f.name, 'CSV', '', 'Payer', e.base_currency_id, 100000, date '2026-03-01', '', 'load',
    f.stored_at, f.id
from files_stored_file as f
inner join (
    select e.id, e.base_currency_id, row_number() over (order by e.id) as place, count(*) over () as places
    from org_legal_entity as e
) as e on e.place = 1 + f.id %% e.places;

insert into receivables_remittance_line (place, document, amount_minor, deduction_minor, reason, advice_id)
select k, 'L' || a.id * 20 + k, 5000, 0, '', a.id
from receivables_remittance_advice as a
cross join generate_series(1, least(20, %(most)s)) as k;

insert into receivables_write_off (
    legal_entity_id, kind, currency, amount_minor, accounting_date, reason, recorded_by, recorded_at, account_id
)
select
    d.legal_entity_id, 'BANK_FEE', d.currency, 5, date '2025-04-01' + (d.n %% 365)::int, '', 'load',
    timestamptz '2026-03-01Z', d.id
from debtor as d
where d.n %% 10 = 0;

insert into receivables_reconciliation (
    id, title, content, as_of, timing_days, state, digest, started_by, started_at, signed_by, note, customer_id
)
select
    1000000 + d.n, 'Reconciliation ' || d.n, 'OPEN_ITEMS', date '2026-03-01', 5,
    case when d.n %% 1000 = 0 then 'OPEN' else 'DISCARDED' end, '', 'load', timestamptz '2026-03-01Z', '', '',
    b.customer_id
from debtor as d
inner join accounts_billing_account as b on d.id = b.id
where d.n %% 50 = 0;

insert into receivables_reconciliation_account (account_id, reconciliation_id)
select b.id, r.id
from receivables_reconciliation as r
inner join accounts_billing_account as b on r.customer_id = b.customer_id;

insert into receivables_hold (
    open_item_id, reason, source, note, valid_from, placed_by, recorded_at, superseded_by
)
select i.id, 'DISPUTE', '', '', date '2026-01-01', 'load', timestamptz '2026-01-01Z', ''
from receivables_open_item as i
where i.open_minor > 0 and i.id %% 100 = 0;

insert into subscriptions_contract (
    id, number, title, signed_on, starts_on, version, created_at, account_id, kind
)
select d.id, 'C' || d.id, 'Contract', date '2025-01-01', date '2025-01-01', 1, timestamptz '2025-01-01Z', d.id, 'CONTRACT'
from debtor as d
where d.n %% 5 = 0;

insert into subscriptions_contract_version (version_no, valid_from, reason, recorded_by, recorded_at, contract_id)
select 1, c.starts_on, '', 'load', c.created_at, c.id
from subscriptions_contract as c;

insert into rating_coupon (
    id, code, name, plan_charge_ids, percent, currency, position, valid_from, once_per_customer, entered_by, entered_at,
    closed_by
)
select k, 'COUPON' || k, 'Coupon', '{}', 10, '', 1, date '2025-01-01', false, 'load', timestamptz '2025-01-01Z', ''
from generate_series(1, least(300, %(most)s)) as k;

insert into rating_discount (
    name, code, plan_charge_ids, percent, currency, starts_on, position, entered_by, entered_at, account_id, coupon_id
)
select
    'Discount', 'COUPON' || 1 + d.n %% least(300, %(most)s), '{}', 10, '', date '2025-01-01', 1, 'load',
    timestamptz '2025-01-01Z', d.id, 1 + d.n %% least(300, %(most)s)
from debtor as d
where d.n %% 5 = 1;

insert into rating_spend_limit (
    name, plan_charge_ids, minimum, currency, starts_on, entered_by, entered_at, account_id
)
select 'Commitment', '{}', 100, d.currency, date '2025-01-01', 'load', timestamptz '2025-01-01Z', d.id
from debtor as d
where d.n %% 5 = 2;

-- A run that billed everybody, and what it found; a shadow of it.
insert into invoicing_bill_run (
    id, as_of, document_date, state, description, created_by, created_at, prepared_by, checked_by, approved_by,
    preparation, keep_lines, interim
)
select
    k, date '2025-04-01' + make_interval(months => k::int), date '2025-04-01', 'ISSUED', '', 'load',
    timestamptz '2025-04-01Z', 'load', 'load', 'load', 1, false, false
from generate_series(1, 12) as k;

insert into invoicing_bill_run_payer (
    payer_id, legal_entity_id, currency, line_count, net_minor, tax_minor, total_minor, digest, outcome, hold_reason,
    decided_by, run_id
)
select d.id, d.legal_entity_id, d.currency, 1, 1000, 0, 1000, md5(d.id::text)::uuid, 'ISSUED', '', '', 12
from debtor as d;

insert into invoicing_bill_run_finding (payer_id, code, severity, facts, cleared_by, clearance, run_id)
select d.id, 'first_bill', 'WARNING', '{}', '', '', 12
from debtor as d
where d.n %% 20 = 0;

insert into invoicing_held_document (
    payer_id, legal_entity_id, currency, total_minor, code, facts, digest, state, held_at, decided_by, reason, run_id
)
select
    d.id, d.legal_entity_id, d.currency, 1000, 'first_bill', '{}', md5(d.id::text)::uuid,
    case when d.n %% 500 = 0 then 'OPEN' else 'RELEASED' end, timestamptz '2026-03-01Z', '', '', 12
from debtor as d
where d.n %% 50 = 0;

insert into invoicing_shadow_run (
    id, as_of, document_date, interim, supposed, description, state, created_by, created_at, seconds, payer_count,
    changed_count, totals, groups, signed_by, reason, bill_run_id
)
select
    k, date '2026-03-31', date '2026-03-31', false, '{}', '', 'DRAFTED', 'load', timestamptz '2026-03-01Z', 60, 100000,
    20000, '[]', '[]', '', '', 12
from generate_series(1, 100) as k;

insert into invoicing_shadow_change (
    payer_id, account_id, currency, charge_key, what, cause, amount_minor, before, after, shadow_id
)
select d.id, d.id, d.currency, 'k' || d.id, 'fee', 'price', 10 + d.n %% 997, '1', '2', 100
from debtor as d
where d.n %% 5 = 0;

insert into comms_outgoing_message (
    channel, state, purpose, to_address, to_name, from_address, language, subject, body, about, account_ref, message_id,
    requested_by, queued_at, attempt_count, failure
)
select
    'EMAIL', case when d.n %% 500 = 0 then 'FAILED' else 'SENT' end, 'invoice', d.id || '@customer.example', '', '', 'en',
    'Invoice', '', 'invoice:' || d.invoice_id, d.id, '<' || d.id || '@example>', 'load', timestamptz '2026-03-01Z', 1, ''
from debtor as d;

insert into kernel_audit_event (verb, actor, on_behalf_of, subject, reason, key, sealed_for, recorded_at)
select
    'invoice.issue', 'system:load', '', 'invoice:' || d.invoice_id, '', '', '',
    timestamptz '2025-04-01Z' + make_interval(mins => d.n::int)
from debtor as d
cross join generate_series(1, 2);

-- One line a document: what performance, coverage and recurring revenue read. These documents are issued already.
set constraints all immediate;

alter table invoicing_invoice_line disable trigger user;

insert into invoicing_invoice_line (
    line_no, account_id, item_id, kind, text, service_from, service_to, claim_no, formula, quantity, unit_price,
    amount_minor, discount_minor, net_minor, tax_code, tax_percent, tax_minor, tax_point, revenue_account_id, deferred,
    clause, usage_count, cost_center, product_code, invoice_id, subscription_id, purchase_order
)
select
    1, v.account_id, i.id, 'RECURRING', 'Fee', v.document_date, v.document_date + 30,
    row_number() over (partition by v.account_id, v.document_date order by v.id), 1, 1, 10, v.total_minor, 0,
    v.total_minor, '', 0, 0, v.document_date, l.id, false, '', 0, '', 'hosting', v.id, i.subscription_id, ''
from invoicing_invoice as v
inner join ledger_account as l on v.legal_entity_id = l.legal_entity_id and l.role = 'FEE_INCOME' and l.family = ''
left join lateral (
    select i.id, i.subscription_id from subscriptions_item as i where i.account_id = v.account_id order by i.id limit 1
) as i on true;

set constraints all immediate;

alter table invoicing_invoice_line enable trigger user;

drop table debtor, paid
