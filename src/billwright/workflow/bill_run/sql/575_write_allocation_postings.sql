-- step: write_allocation_postings
-- owner: ledger
-- reads: none
-- writes: ledger_posting
-- uses: run_allocation, run_issue, run_ledger
-- needs: run_allocation
-- why: debit unallocated cash, credit receivables, one entry per open item that takes cash.
with

taken as (
    select a.entry_id, a.document_no, sum(a.amount_minor) as amount_minor
    from run_allocation as a
    where a.entry_id is not null
    group by a.entry_id, a.document_no
)

insert into ledger_posting (
    entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code, cost_center
)
select
    taken.entry_id,
    side.line_no,
    l.ledger_account_id,
    i.payer_id as billing_account_id,
    i.currency,
    side.sign * taken.amount_minor as amount_minor,
    side.sign * round(taken.amount_minor * i.base_factor) as base_minor,
    '' as tax_code,
    '' as cost_center
from taken
inner join run_issue as i on i.document_no = taken.document_no
cross join (values (1, 'UNALLOCATED_CASH', 1), (2, 'RECEIVABLES', -1)) as side (line_no, role, sign)
inner join run_ledger as l on l.legal_entity_id = i.legal_entity_id and l.role = side.role
