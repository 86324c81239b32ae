-- step: payments
-- owner: payments
-- reads: none
-- writes: payments_payment
-- uses: book_import_row
-- why: one receipt a settled row, named by the identity of the row, so that it is recorded once.
insert into payments_payment (
    id, number, legal_entity_id, account_id, currency, amount_minor, method, reference, text, payer_name, value_date,
    accounting_date, state, entry_id, source, source_key, recorded_by, recorded_at
)
select
    r.payment_id as id,
    '' as number,
    %(legal_entity_id)s as legal_entity_id,
    r.account_id,
    r.currency,
    r.paid_minor as amount_minor,
    r.method,
    r.payment_reference as reference,
    r.line_text as text,
    '' as payer_name,
    r.value_date,
    r.payment_accounting_date as accounting_date,
    'RECEIVED' as state,
    r.payment_entry_id as entry_id,
    %(payment_source)s as source,
    r.identity as source_key,
    %(actor)s as recorded_by,
    %(recorded_at)s as recorded_at
from book_import_row as r
where r.payment_id is not null
