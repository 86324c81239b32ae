-- step: performance_months
-- owner: reporting
-- reads: invoicing_invoice, org_legal_entity
-- writes: none
-- why: what was invoiced by month, and how much of it was corrected later for a fault of ours. A document counts in the
-- month of its date; a correction counts against the document that it corrects, whenever it came.
with

document as (
    select d.id, d.legal_entity_id, d.currency, date_trunc('month', d.document_date)::date as month, d.net_minor
    from invoicing_invoice as d
    where d.state = 'ISSUED'
      and d.kind = 'INVOICE'
      and d.origin <> 'IMPORT'
      and d.document_date >= %(first)s
      and d.document_date < %(before)s
      and d.legal_entity_id = any(%(entity_ids)s::bigint[])
),

corrected as (
    select
        document.id,
        bool_or(n.reason_code = any(%(faults)s::text[])) as is_fault,
        sum(abs(n.net_minor)) filter (where n.reason_code = any(%(faults)s::text[])) as fault_minor
    from document
    inner join invoicing_invoice as n
        on n.corrects_id = document.id and n.state = 'ISSUED' and n.document_date <= %(known_on)s
    group by document.id
)

select
    document.legal_entity_id,
    e.code as entity,
    document.currency,
    document.month,
    count(*) as invoice_count,
    sum(document.net_minor)::bigint as net_minor,
    count(corrected.id) as corrected_count,
    count(corrected.id) filter (where corrected.is_fault) as fault_count,
    coalesce(sum(corrected.fault_minor), 0)::bigint as fault_minor
from document
inner join org_legal_entity as e on e.id = document.legal_entity_id
left join corrected on corrected.id = document.id
group by document.legal_entity_id, e.code, document.currency, document.month
order by document.legal_entity_id, document.currency, document.month
