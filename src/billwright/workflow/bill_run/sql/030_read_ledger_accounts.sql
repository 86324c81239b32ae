-- step: read_ledger_accounts
-- owner: ledger
-- reads: ledger_account
-- writes: none
-- uses: run_ledger, run_entity
-- why: the run posts by role and family, never by number.
insert into run_ledger
select a.legal_entity_id, a.role, a.family, a.id as ledger_account_id
from ledger_account as a
inner join run_entity as e on e.legal_entity_id = a.legal_entity_id
where a.role in (
    'RECEIVABLES', 'REVENUE', 'DEFERRED_REVENUE', 'OUTPUT_TAX', 'WITHHOLDING_TAX', 'UNALLOCATED_CASH',
    'EXCHANGE_DIFFERENCE'
)
