-- step: write_allocations
-- owner: receivables
-- reads: none
-- writes: receivables_allocation
-- uses: run_allocation, run_own_credit, run_carried, run_issue
-- why: which money or credit settled which document: append-only, the truth behind every open amount.
with

allocation as (
    select a.document_no, a.open_item_id, a.cash_id, a.credit_item_id, a.amount_minor, a.entry_id
    from run_allocation as a
    union all
    select own.document_no, own.open_item_id, null, i.open_item_id, own.amount_minor, null
    from run_own_credit as own
    inner join run_issue as i on i.document_no = own.document_no
)

insert into receivables_allocation (
    account_id, open_item_id, cash_id, credit_item_id, amount_minor, currency, policy, accounting_date, recorded_at,
    recorded_by, entry_id, run_id
)
select
    i.payer_id as account_id,
    a.open_item_id,
    a.cash_id,
    a.credit_item_id,
    a.amount_minor,
    i.currency,
    'BILL_RUN' as policy,
    i.accounting_date,
    %(at)s as recorded_at,
    %(actor)s as recorded_by,
    coalesce(a.entry_id, c.entry_id) as entry_id,
    %(run_id)s as run_id
from allocation as a
inner join run_issue as i on i.document_no = a.document_no
left join run_carried as c on c.open_item_id = a.open_item_id and c.credit_item_id = a.credit_item_id
