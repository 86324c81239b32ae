-- step: tie_out
-- owner: ledger
-- reads: org_legal_entity, ledger_account, ledger_posting, receivables_open_item, receivables_unallocated_cash,
--   invoicing_invoice
-- writes: none
-- why: per entity and currency, the control accounts beside the sub-ledgers they must equal.
with

control as (
    select
        a.legal_entity_id,
        p.currency,
        sum(p.amount_minor) filter (where a.role = 'RECEIVABLES') as receivables_minor,
        -sum(p.amount_minor) filter (where a.role = 'UNALLOCATED_CASH') as unallocated_minor,
        sum(p.amount_minor) as all_minor
    from ledger_posting as p
    inner join ledger_account as a on a.id = p.ledger_account_id
    group by a.legal_entity_id, p.currency
),

items as (
    select
        o.legal_entity_id,
        o.currency,
        sum(o.open_minor) as open_minor,
        count(*) as item_count
    from receivables_open_item as o
    group by o.legal_entity_id, o.currency
),

cash as (
    select
        c.legal_entity_id,
        c.currency,
        sum(c.open_minor) as open_minor
    from receivables_unallocated_cash as c
    where c.account_id is not null
    group by c.legal_entity_id, c.currency
),

documents as (
    select
        i.legal_entity_id,
        i.currency,
        count(*) as document_count,
        sum(i.total_minor) as total_minor
    from invoicing_invoice as i
    where i.state = 'ISSUED'
    group by i.legal_entity_id, i.currency
)

select
    e.code,
    c.currency,
    coalesce(d.document_count, 0),
    coalesce(d.total_minor, 0)::bigint,
    coalesce(c.receivables_minor, 0)::bigint,
    coalesce(i.open_minor, 0)::bigint,
    coalesce(c.unallocated_minor, 0)::bigint,
    coalesce(k.open_minor, 0)::bigint,
    c.all_minor::bigint
from control as c
inner join org_legal_entity as e on e.id = c.legal_entity_id
left join items as i on i.legal_entity_id = c.legal_entity_id and i.currency = c.currency
left join cash as k on k.legal_entity_id = c.legal_entity_id and k.currency = c.currency
left join documents as d on d.legal_entity_id = c.legal_entity_id and d.currency = c.currency
order by e.code, c.currency
