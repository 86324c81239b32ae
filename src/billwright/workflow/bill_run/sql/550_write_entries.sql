-- step: write_entries
-- owner: ledger
-- reads: none
-- writes: ledger_journal_entry
-- uses: run_issue
-- why: one journal entry per document; a document of nothing is booked as nothing, and still has its entry.
insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select
    i.entry_id as id,
    i.legal_entity_id,
    i.kind,
    %(document_date)s as document_date,
    i.accounting_date,
    %(at)s as recorded_at,
    'invoice:' || i.invoice_id as entry_key,
    '' as narration,
    %(actor)s as actor,
    false as closing
from run_issue as i
order by i.entry_id
