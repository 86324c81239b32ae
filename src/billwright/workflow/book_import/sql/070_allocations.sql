-- step: allocations
-- owner: receivables
-- reads: none
-- writes: receivables_allocation
-- uses: book_import_row
-- why: what settled what in the other system, at the later of both dates; ageing of any past day follows from it.
insert into receivables_allocation (
    account_id, open_item_id, cash_id, amount_minor, currency, policy, accounting_date, recorded_at, recorded_by,
    entry_id
)
select
    r.account_id,
    r.item_id as open_item_id,
    r.cash_id,
    r.settled_minor as amount_minor,
    r.currency,
    'IMPORTED' as policy,
    r.allocation_accounting_date as accounting_date,
    %(recorded_at)s as recorded_at,
    %(actor)s as recorded_by,
    r.allocation_entry_id as entry_id
from book_import_row as r
where
    r.item_id is not null
    and r.cash_id is not null
    and r.settled_minor > 0
