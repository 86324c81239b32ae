-- step: add_open_items
-- owner: receivables
-- reads: invoicing_invoice, invoicing_invoice_line
-- writes: receivables_open_item
-- why: one item per issued document, signed as it is owed; the unique document makes a second run a no-op.
with

documents as (
    select
        i.id,
        i.kind,
        i.account_id,
        i.legal_entity_id,
        i.currency,
        i.document_date,
        i.due_date,
        i.accounting_date,
        i.total_minor
    from invoicing_invoice as i
    where i.id = any(%(invoice_ids)s) and i.state = 'ISSUED'
),

-- A debit note of nothing but interest, or nothing but fees, is paid in the place that law or contract gives it.
claims as (
    select
        d.id,
        bool_and(l.kind = 'INTEREST') as interest,
        bool_and(l.kind = 'FEE') as costs
    from documents as d
    inner join invoicing_invoice_line as l on d.id = l.invoice_id
    where d.kind = 'DEBIT_NOTE'
    group by d.id
)

insert into receivables_open_item (
    account_id, legal_entity_id, invoice_id, claim_class, currency, document_date, due_date, accounting_date,
    amount_minor, open_minor, recorded_at
)
select
    d.account_id,
    d.legal_entity_id,
    d.id,
    case when c.interest then 'INTEREST' when c.costs then 'COSTS' else 'PRINCIPAL' end,
    d.currency,
    d.document_date,
    d.due_date,
    d.accounting_date,
    d.total_minor,
    d.total_minor,
    %(at)s
from documents as d
left join claims as c on d.id = c.id
order by d.id
on conflict (invoice_id) do nothing
