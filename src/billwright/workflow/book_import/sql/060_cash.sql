-- step: cash
-- owner: receivables
-- reads: none
-- writes: receivables_unallocated_cash
-- uses: book_import_row
-- why: a receipt starts as one piece of cash; what its row settles is already taken off.
insert into receivables_unallocated_cash (
    id, account_id, legal_entity_id, payment_id, currency, value_date, accounting_date, amount_minor, open_minor,
    recorded_at
)
select
    r.cash_id as id,
    r.account_id,
    %(legal_entity_id)s as legal_entity_id,
    r.payment_id,
    r.currency,
    r.value_date,
    r.payment_accounting_date as accounting_date,
    r.paid_minor as amount_minor,
    r.paid_minor - r.settled_minor as open_minor,
    %(recorded_at)s as recorded_at
from book_import_row as r
where r.payment_id is not null
