-- step: total_documents
-- owner: reporting
-- reads: invoicing_invoice, receivables_open_item
-- writes: none
-- why: the foot of a list of documents: how many, how much and how much of it is open, a line a currency. Counting
--      stops at `counted_max`, so that a page costs the same in a book of any size; what is open or overdue is found
--      by the items that are still open, which are few in a large book, not by passing over all that is settled.
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
        coalesce(i.open_minor, 0) as open_minor
    from invoicing_invoice as d
    left join lateral (
        select
            sum(o.open_minor) as open_minor,
            min(o.due_date) filter (where o.open_minor <> 0) as due_date
        from receivables_open_item as o
        where o.invoice_id = d.id
    ) as i on true
    where (
            %(is_open)s::boolean is not true
            or d.id = any(array(
                select s.invoice_id
                from receivables_open_item as s
                where s.open_minor <> 0
                    and (%(overdue_on)s::date is null or s.due_date < %(overdue_on)s)
                    and (%(account_id)s::bigint is null or s.account_id = %(account_id)s)
                    and (%(entity_ids)s::bigint[] is null or s.legal_entity_id = any(%(entity_ids)s::bigint[]))
            ))
        )
        and (%(entity_ids)s::bigint[] is null or d.legal_entity_id = any(%(entity_ids)s::bigint[]))
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
        and (%(is_open)s::boolean is null or (i.open_minor <> 0) = %(is_open)s)
        and (%(overdue_on)s::date is null or (i.open_minor > 0 and i.due_date < %(overdue_on)s))
    limit %(counted_max)s
) as f
group by f.currency
order by f.currency
