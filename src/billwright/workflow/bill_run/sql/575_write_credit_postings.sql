-- step: write_credit_postings
-- owner: ledger
-- reads: none
-- writes: ledger_posting
-- uses: run_carried, run_issue, run_ledger
-- needs: run_carried
-- why: the credit leaves receivables at its rate and the claim at its own; exchange differences take what is between.
insert into ledger_posting (
    entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code, cost_center
)
select
    c.entry_id,
    side.line_no,
    l.ledger_account_id,
    case when side.line_no < 3 then i.payer_id end as billing_account_id,
    i.currency,
    side.sign * c.amount_minor as amount_minor,
    side.base_minor,
    '' as tax_code,
    '' as cost_center
from run_carried as c
inner join run_issue as i on i.document_no = c.document_no
cross join lateral (
    values
    (1, 'RECEIVABLES', 1, c.of_source),
    (2, 'RECEIVABLES', -1, c.of_item),
    (3, 'EXCHANGE_DIFFERENCE', 0, -c.of_source - c.of_item)
) as side (line_no, role, sign, base_minor)
inner join run_ledger as l on l.legal_entity_id = i.legal_entity_id and l.role = side.role
where c.entry_id is not null and c.cash_id is null
