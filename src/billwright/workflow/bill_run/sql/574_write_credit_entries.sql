-- step: write_credit_entries
-- owner: ledger
-- reads: none
-- writes: ledger_journal_entry
-- uses: run_carried, run_issue
-- needs: run_carried
-- why: a credit note of another rate than what it settles realises the difference, though both stand on one account.
insert into ledger_journal_entry (
    id, legal_entity_id, kind, document_date, accounting_date, recorded_at, entry_key, narration, actor, closing
)
select
    c.entry_id as id,
    i.legal_entity_id,
    'ALLOCATION' as kind,
    %(document_date)s::date as document_date,
    i.accounting_date,
    %(at)s::timestamptz as recorded_at,
    'open_item:' || c.open_item_id as entry_key,
    '' as narration,
    %(actor)s as actor,
    false as closing
from run_carried as c
inner join run_issue as i on i.document_no = c.document_no
where c.entry_id is not null and c.cash_id is null
