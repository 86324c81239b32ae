-- step: write_allocations
-- owner: receivables
-- reads: none
-- writes: receivables_allocation
-- uses: match_share
-- why: which money settles which item, how much.
insert into receivables_allocation (
    id, account_id, open_item_id, cash_id, amount_minor, currency, policy, accounting_date, recorded_at, recorded_by,
    entry_id
)
select
    s.allocation_id as id,
    s.account_id,
    s.item_id as open_item_id,
    s.cash_id,
    s.amount_minor,
    s.currency,
    'MATCHED' as policy,
    s.accounting_date,
    %(at)s as recorded_at,
    %(actor)s as recorded_by,
    s.entry_id
from match_share as s
order by s.allocation_id
