-- step: write_open_items
-- owner: receivables
-- reads: none
-- writes: receivables_open_item
-- uses: run_issue, run_installment, run_allocation, run_own_credit
-- why: what the payer owes (or has) from now on: the total of a document, or of each part, less what the credit stage
-- settles of it.
insert into receivables_open_item (
    id, account_id, legal_entity_id, invoice_id, part_no, claim_class, currency, document_date, due_date,
    accounting_date, amount_minor, open_minor, recorded_at
)
select
    coalesce(t.open_item_id, i.open_item_id) as id,
    i.payer_id as account_id,
    i.legal_entity_id,
    i.invoice_id,
    coalesce(t.part_no, 1) as part_no,
    'PRINCIPAL' as claim_class,
    i.currency,
    %(document_date)s as document_date,
    coalesce(t.due_date, i.due_date) as due_date,
    i.accounting_date,
    coalesce(t.amount_minor, i.total_minor) as amount_minor,
    coalesce(t.amount_minor, i.total_minor) - coalesce(settled.amount_minor, 0) + coalesce(spent.amount_minor, 0)
    + coalesce(own.amount_minor, 0) as open_minor,
    %(at)s as recorded_at
from run_issue as i
left join run_installment as t on t.document_no = i.document_no
left join (
    select a.open_item_id, sum(a.amount_minor) as amount_minor
    from run_allocation as a
    group by a.open_item_id
) as settled on settled.open_item_id = coalesce(t.open_item_id, i.open_item_id)
left join (
    select a.credit_item_id, sum(a.amount_minor) as amount_minor
    from run_allocation as a
    where a.credit_item_id is not null
    group by a.credit_item_id
) as spent on spent.credit_item_id = i.open_item_id
left join (
    select c.document_no, sum(c.amount_minor) as amount_minor
    from run_own_credit as c
    group by c.document_no
) as own on own.document_no = i.document_no
order by id
