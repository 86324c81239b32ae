-- step: invoice_totals
-- owner: receivables
-- reads: invoicing_invoice, receivables_open_item, receivables_allocation
-- writes: none
-- why: what the rows of the file became, as the books have it: count, total and what the import left open.
select
    i.currency,
    count(*) as document_count,
    sum(i.total_minor)::bigint as total_minor,
    sum(i.total_minor - coalesce(s.settled_minor, 0))::bigint as open_minor
from invoicing_invoice as i
inner join receivables_open_item as o on o.invoice_id = i.id
left join lateral (
    select sum(a.amount_minor) as settled_minor
    from receivables_allocation as a
    where
        a.open_item_id = o.id
        and a.policy = 'IMPORTED'
        and a.reverses_id is null
) as s on true
where i.id = any(%(invoice_ids)s)
group by i.currency
order by i.currency
