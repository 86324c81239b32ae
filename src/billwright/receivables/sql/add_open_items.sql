-- step: add_open_items
-- owner: receivables
-- reads: invoicing_invoice, invoicing_invoice_line
-- writes: receivables_open_item
-- why: one item per issued document, or per part of one that is due in parts (given by document), signed as it is owed;
--      a document that has its items is passed over.
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
),

-- Day and amount of each part; a document that is not among them is due in one sum.
parts as (
    select p.*
    from json_to_recordset(%(parts)s) as p (invoice_id bigint, part_no smallint, due_date date, amount_minor bigint)
)

insert into receivables_open_item (
    account_id, legal_entity_id, invoice_id, part_no, claim_class, currency, document_date, due_date, accounting_date,
    amount_minor, open_minor, recorded_at
)
select
    d.account_id,
    d.legal_entity_id,
    d.id,
    coalesce(p.part_no, 1) as part_no,
    case when c.interest then 'INTEREST' when c.costs then 'COSTS' else 'PRINCIPAL' end,
    d.currency,
    d.document_date,
    coalesce(p.due_date, d.due_date) as due_date,
    d.accounting_date,
    coalesce(p.amount_minor, d.total_minor) as amount_minor,
    coalesce(p.amount_minor, d.total_minor) as open_minor,
    %(at)s
from documents as d
left join claims as c on d.id = c.id
left join parts as p on d.id = p.invoice_id
order by d.id, p.part_no
on conflict (invoice_id, part_no) do nothing
