-- step: note_shares
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- uses: match_share
-- why: which piece of cash settles how much of which item, with the ids of what will be written of it. The money stands
--      on `from_account_id`; `is_moved`: in a piece that is written with it.
insert into match_share (
    allocation_id, entry_id, cash_id, from_account_id, is_moved, item_id, amount_minor, accounting_date, account_id,
    legal_entity_id, currency
)
select
    t.allocation_id,
    t.entry_id,
    t.cash_id,
    t.from_account_id,
    t.is_moved,
    t.item_id,
    t.amount_minor,
    t.accounting_date,
    i.account_id,
    i.legal_entity_id,
    i.currency
from unnest(
    %(allocation_ids)s::bigint[],
    %(entry_ids)s::bigint[],
    %(cash_ids)s::bigint[],
    %(from_account_ids)s::bigint[],
    %(are_moved)s::boolean[],
    %(item_ids)s::bigint[],
    %(amounts_minor)s::bigint[],
    %(accounting_dates)s::date[]
) as t (allocation_id, entry_id, cash_id, from_account_id, is_moved, item_id, amount_minor, accounting_date)
inner join receivables_open_item as i on t.item_id = i.id
