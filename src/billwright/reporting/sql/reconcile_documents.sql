-- step: reconcile_documents
-- owner: reporting
-- reads: invoicing_invoice, receivables_open_item
-- writes: none
-- why: every issued document has open items that add up to its total, and every item a document.
select
    v.id as invoice_id,
    v.number,
    v.account_id,
    v.currency,
    case when v.state = 'ISSUED' then v.total_minor else 0 end as document_minor,
    coalesce(i.amount_minor, 0) as item_minor
from invoicing_invoice as v
left join (
    select
        o.invoice_id,
        sum(o.amount_minor)::bigint as amount_minor
    from receivables_open_item as o
    where o.account_id = any(%(account_ids)s::bigint[])
    group by o.invoice_id
) as i on v.id = i.invoice_id
where v.account_id = any(%(account_ids)s::bigint[])
    and case when v.state = 'ISSUED' then v.total_minor else 0 end <> coalesce(i.amount_minor, 0)
order by v.account_id, v.id
