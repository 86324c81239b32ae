-- step: write_pieces
-- owner: receivables
-- reads: none
-- writes: receivables_unallocated_cash
-- uses: match_move, match_share
-- why: what came out of suspense is a new piece of its payer; what of it settles items at once is not left in it.
with

spent as (
    select
        s.cash_id,
        sum(s.amount_minor) as amount_minor
    from match_share as s
    where s.is_moved
    group by s.cash_id
)

insert into receivables_unallocated_cash (
    id, account_id, legal_entity_id, payment_id, currency, value_date, accounting_date, amount_minor, open_minor,
    recorded_at
)
select
    m.piece_id as id,
    m.account_id,
    m.legal_entity_id,
    m.payment_id,
    m.currency,
    m.value_date,
    m.accounting_date,
    m.amount_minor,
    m.amount_minor - coalesce(spent.amount_minor, 0) as open_minor,
    %(at)s as recorded_at
from match_move as m
left join spent on m.piece_id = spent.cash_id
order by m.piece_id
