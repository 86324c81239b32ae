-- step: fold_movements
-- owner: ledger
-- reads: none
-- writes: ledger_movement, ledger_day_movement
-- why: sums noted by the postings' trigger go into one row a day. One statement, so that a reader finds each sum either
--      among the movements or in the day.
with

taken as (
    delete from ledger_movement
    returning
        ledger_account_id,
        accounting_date,
        currency,
        tax_code,
        debit_minor,
        credit_minor,
        base_minor,
        posting_count
)

insert into ledger_day_movement as d (
    ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor, posting_count
)
select
    t.ledger_account_id,
    t.accounting_date,
    t.currency,
    t.tax_code,
    sum(t.debit_minor)::bigint as debit_minor,
    sum(t.credit_minor)::bigint as credit_minor,
    sum(t.base_minor)::bigint as base_minor,
    sum(t.posting_count)::bigint as posting_count
from taken as t
group by t.ledger_account_id, t.accounting_date, t.currency, t.tax_code
on conflict (ledger_account_id, accounting_date, currency, tax_code) do update
set debit_minor = d.debit_minor + excluded.debit_minor,
credit_minor = d.credit_minor + excluded.credit_minor,
base_minor = d.base_minor + excluded.base_minor,
posting_count = d.posting_count + excluded.posting_count
