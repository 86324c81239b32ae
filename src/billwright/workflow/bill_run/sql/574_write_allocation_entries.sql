-- step: write_allocation_entries
-- owner: ledger
-- reads: none
-- writes: ledger_journal_entry
-- uses: run_allocation, run_issue
-- needs: run_allocation
-- why: cash that settles a document leaves unallocated cash; a credit note stays in the same control account and needs
-- no entry.
insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select distinct
    a.entry_id as id,
    i.legal_entity_id,
    'ALLOCATION' as kind,
    %(document_date)s::date as document_date,
    i.accounting_date,
    %(at)s::timestamptz as recorded_at,
    'open_item:' || a.open_item_id as entry_key,
    '' as narration,
    %(actor)s as actor,
    false as closing
from run_allocation as a
inner join run_issue as i on i.document_no = a.document_no
where a.entry_id is not null
