-- step: total_documents
-- owner: reporting
-- reads: invoicing_invoice, receivables_open_item
-- writes: none
-- why: the foot of a list of documents: how many, how much and how much of it is open, a line a currency. Only
--      items still open are joined: at half a million documents that is much cheaper than joining all. Counting stops
--      at `counted_max`, so that a page costs the same in a book of any size.
select
    f.currency,
    count(*) as document_count,
    coalesce(sum(f.total_minor) filter (where f.state <> 'DISCARDED'), 0)::bigint as total_minor,
    sum(f.open_minor)::bigint as open_minor
from (
    select
        d.currency,
        d.state,
        d.total_minor,
        coalesce(i.open_minor, 0) + coalesce(p.open_minor, 0) as open_minor
    from invoicing_invoice as d
    left join receivables_open_item as i on d.id = i.invoice_id and i.part_no = 1 and i.open_minor <> 0
    -- Few documents are due in parts: only their later parts are put together.
    left join (
        select
            o.invoice_id,
            sum(o.open_minor) as open_minor,
            min(o.due_date) as due_date
        from receivables_open_item as o
        where o.part_no > 1 and o.open_minor <> 0
        group by o.invoice_id
    ) as p on d.id = p.invoice_id
    where (%(entity_ids)s::bigint[] is null or d.legal_entity_id = any(%(entity_ids)s::bigint[]))
        and (%(account_id)s::bigint is null or d.account_id = %(account_id)s)
        and (%(kind)s::text is null or d.kind = %(kind)s)
        and (%(state)s::text is null or d.state = %(state)s)
        and (%(origin)s::text is null or d.origin = %(origin)s)
        and (%(currency)s::text is null or d.currency = %(currency)s)
        and (%(run_id)s::bigint is null or d.run_id = %(run_id)s)
        and (%(number)s::text is null or d.number = %(number)s)
        and (%(total_minor)s::bigint[] is null or abs(d.total_minor) = any(%(total_minor)s::bigint[]))
        and (%(dated_from)s::date is null or d.document_date >= %(dated_from)s)
        and (%(dated_to)s::date is null or d.document_date <= %(dated_to)s)
        and (
            %(is_open)s::boolean is null
            or (d.state = 'ISSUED' and (i.id is not null or p.invoice_id is not null) = %(is_open)s)
        )
        and (
            %(overdue_on)s::date is null
            or (coalesce(i.open_minor, p.open_minor) > 0 and least(i.due_date, p.due_date) < %(overdue_on)s)
        )
    limit %(counted_max)s
) as f
group by f.currency
order by f.currency
