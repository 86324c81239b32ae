-- step: check_movements
-- owner: ledger
-- reads: ledger_posting, ledger_journal_entry, ledger_movement, ledger_day_movement
-- writes: none
-- why: the sums that balances read, folded and not, are the sums of the postings.
with

compared as (
    select
        p.ledger_account_id,
        e.accounting_date,
        p.currency,
        p.tax_code,
        greatest(p.amount_minor, 0) as debit_minor,
        -least(p.amount_minor, 0) as credit_minor,
        p.base_minor,
        1 as posting_count
    from ledger_posting as p
    inner join ledger_journal_entry as e on p.entry_id = e.id
    union all
    select
        m.ledger_account_id,
        m.accounting_date,
        m.currency,
        m.tax_code,
        -m.debit_minor,
        -m.credit_minor,
        -m.base_minor,
        -m.posting_count
    from ledger_movement as m
    union all
    select
        d.ledger_account_id,
        d.accounting_date,
        d.currency,
        d.tax_code,
        -d.debit_minor,
        -d.credit_minor,
        -d.base_minor,
        -d.posting_count
    from ledger_day_movement as d
)

select
    c.ledger_account_id,
    c.accounting_date,
    c.currency,
    c.tax_code
from compared as c
group by c.ledger_account_id, c.accounting_date, c.currency, c.tax_code
having sum(c.debit_minor) <> 0
    or sum(c.credit_minor) <> 0
    or sum(c.base_minor) <> 0
    or sum(c.posting_count) <> 0
order by c.ledger_account_id, c.accounting_date, c.currency, c.tax_code
limit 5
