-- step: write_entries
-- owner: ledger
-- reads: none
-- writes: ledger_journal_entry
-- uses: match_move, match_share
-- why: an entry a move and one an allocation, as `receivables.operations` posts them one by one.
insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select
    m.entry_id as id,
    m.legal_entity_id,
    'TRANSFER' as kind,
    m.accounting_date as document_date,
    m.accounting_date,
    %(at)s::timestamptz as recorded_at,
    'unallocated_cash:' || m.piece_id as entry_key,
    left(%(reason)s, 200) as narration,
    %(actor)s as actor,
    false as closing
from match_move as m
union all
select
    s.entry_id as id,
    s.legal_entity_id,
    'ALLOCATION' as kind,
    s.accounting_date as document_date,
    s.accounting_date,
    %(at)s::timestamptz as recorded_at,
    'allocation:' || s.allocation_id as entry_key,
    '' as narration,
    %(actor)s as actor,
    false as closing
from match_share as s
