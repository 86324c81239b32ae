-- step: note_moves
-- owner: receivables
-- reads: receivables_unallocated_cash
-- writes: none
-- uses: match_move
-- why: money that leaves suspense for its payer, with the ids of what will be written of it.
insert into match_move (
    piece_id, entry_id, cash_id, account_id, amount_minor, accounting_date, legal_entity_id, payment_id, currency,
    value_date
)
select
    t.piece_id,
    t.entry_id,
    t.cash_id,
    t.account_id,
    t.amount_minor,
    t.accounting_date,
    c.legal_entity_id,
    c.payment_id,
    c.currency,
    c.value_date
from unnest(
    %(piece_ids)s::bigint[],
    %(entry_ids)s::bigint[],
    %(cash_ids)s::bigint[],
    %(account_ids)s::bigint[],
    %(amounts_minor)s::bigint[],
    %(accounting_dates)s::date[]
) as t (piece_id, entry_id, cash_id, account_id, amount_minor, accounting_date)
inner join receivables_unallocated_cash as c on t.cash_id = c.id
