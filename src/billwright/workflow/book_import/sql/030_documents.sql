-- step: documents
-- owner: invoicing
-- reads: none
-- writes: invoicing_invoice
-- uses: book_import_row
-- why: imported documents keep their numbers, take none of our series, and are issued as they come.
insert into invoicing_invoice (
    id, kind, state, origin, legal_entity_id, account_id, number, currency, document_date, due_date, accounting_date,
    net_minor, tax_minor, total_minor, entry_id, split_key, reason_code, reason, purchase_order, cost_center,
    language, place_of_supply, text, issued_at, issued_by, version
)
select
    r.invoice_id as id,
    r.kind,
    'ISSUED' as state,
    'IMPORT' as origin,
    %(legal_entity_id)s as legal_entity_id,
    r.account_id,
    r.number,
    r.currency,
    r.document_date,
    r.due_date,
    r.accounting_date,
    r.total_minor - r.tax_minor as net_minor,
    r.tax_minor,
    r.total_minor,
    r.entry_id,
    '' as split_key,
    '' as reason_code,
    '' as reason,
    r.purchase_order,
    '' as cost_center,
    r.language,
    '' as place_of_supply,
    '' as text,
    %(recorded_at)s as issued_at,
    %(actor)s as issued_by,
    1 as version
from book_import_row as r
