-- step: write_uses
-- owner: receivables
-- reads: none
-- writes: receivables_source_use
-- uses: match_move
-- why: each move of money to its payer stays visible on the piece that it left.
insert into receivables_source_use (
    account_id, kind, cash_id, to_cash_id, amount_minor, currency, accounting_date, entry_id, reason, recorded_by,
    recorded_at
)
select
    null::bigint as account_id,
    'TRANSFER' as kind,
    m.cash_id,
    m.piece_id as to_cash_id,
    m.amount_minor,
    m.currency,
    m.accounting_date,
    m.entry_id,
    left(%(reason)s, 200) as reason,
    %(actor)s as recorded_by,
    %(at)s as recorded_at
from match_move as m
order by m.piece_id
