-- step: open_items
-- owner: receivables
-- reads: none
-- writes: receivables_open_item
-- uses: book_import_row
-- why: every document is an open item of its payer; what was settled is already taken off its cached open amount.
insert into receivables_open_item (
    id, account_id, legal_entity_id, invoice_id, claim_class, currency, document_date, due_date, accounting_date,
    amount_minor, open_minor, recorded_at
)
select
    r.item_id as id,
    r.account_id,
    %(legal_entity_id)s as legal_entity_id,
    r.invoice_id,
    'PRINCIPAL' as claim_class,
    r.currency,
    r.document_date,
    r.due_date,
    r.accounting_date,
    r.total_minor as amount_minor,
    r.total_minor - r.settled_minor as open_minor,
    %(recorded_at)s as recorded_at
from book_import_row as r
where r.invoice_id is not null
