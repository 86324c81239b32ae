-- step: write_allocation_postings
-- owner: ledger
-- reads: none
-- writes: ledger_posting
-- uses: run_allocation, run_carried, run_issue, run_ledger
-- needs: run_allocation
-- why: debit unallocated cash, credit receivables, one entry per open item that takes cash. What both sides differ by in
-- base currency, where each leaves at its own rate, is realised: a side of no amount.
with

taken as (
    select
        a.entry_id,
        a.document_no,
        sum(a.amount_minor) as amount_minor,
        sum(c.of_source) as of_source,
        sum(c.of_item) as of_item
    from run_allocation as a
    left join run_carried as c on c.open_item_id = a.open_item_id and c.cash_id = a.cash_id
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
    case when side.line_no < 3 then i.payer_id end as billing_account_id,
    i.currency,
    side.sign * taken.amount_minor as amount_minor,
    side.base_minor,
    '' as tax_code,
    '' as cost_center
from taken
inner join run_issue as i on i.document_no = taken.document_no
cross join lateral (
    values
    (1, 'UNALLOCATED_CASH', 1, coalesce(taken.of_source, round(taken.amount_minor * i.base_factor))),
    (2, 'RECEIVABLES', -1, coalesce(taken.of_item, -round(taken.amount_minor * i.base_factor))),
    (3, 'EXCHANGE_DIFFERENCE', 0, -coalesce(taken.of_source + taken.of_item, 0))
) as side (line_no, role, sign, base_minor)
inner join run_ledger as l on l.legal_entity_id = i.legal_entity_id and l.role = side.role
where side.line_no < 3 or side.base_minor <> 0
