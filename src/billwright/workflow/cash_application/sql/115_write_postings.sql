-- step: write_postings
-- owner: ledger
-- reads: none
-- writes: ledger_posting
-- uses: match_move, match_share
-- why: suspense against the payer's unallocated cash, and that against receivables, all of a batch in one statement, so
--      that the balance is checked once. Everything is in base currency here.
with

books as (
    select
        b.legal_entity_id,
        b.suspense_id,
        b.unallocated_id,
        b.receivables_id
    from unnest(
        %(entity_ids)s::bigint[],
        %(suspense_ids)s::bigint[],
        %(unallocated_ids)s::bigint[],
        %(receivables_ids)s::bigint[]
    ) as b (legal_entity_id, suspense_id, unallocated_id, receivables_id)
),

side as (
    select m.entry_id, 1 as line_no, b.suspense_id as ledger_account_id, null::bigint as account_id, m.currency,
        m.amount_minor
    from match_move as m
    inner join books as b on m.legal_entity_id = b.legal_entity_id
    union all
    select m.entry_id, 2 as line_no, b.unallocated_id as ledger_account_id, m.account_id, m.currency,
        -m.amount_minor as amount_minor
    from match_move as m
    inner join books as b on m.legal_entity_id = b.legal_entity_id
    union all
    select s.entry_id, 1 as line_no, b.unallocated_id as ledger_account_id, s.from_account_id as account_id, s.currency,
        s.amount_minor
    from match_share as s
    inner join books as b on s.legal_entity_id = b.legal_entity_id
    union all
    select s.entry_id, 2 as line_no, b.receivables_id as ledger_account_id, s.account_id, s.currency,
        -s.amount_minor as amount_minor
    from match_share as s
    inner join books as b on s.legal_entity_id = b.legal_entity_id
)

insert into ledger_posting (
    entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code, cost_center
)
select
    side.entry_id,
    side.line_no,
    side.ledger_account_id,
    side.account_id as billing_account_id,
    side.currency,
    side.amount_minor,
    side.amount_minor as base_minor,
    '' as tax_code,
    '' as cost_center
from side
order by side.entry_id, side.line_no
