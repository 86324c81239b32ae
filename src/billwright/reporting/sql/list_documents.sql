-- step: list_documents
-- owner: reporting
-- reads: invoicing_invoice, accounts_billing_account, accounts_customer, receivables_open_item
-- writes: none
-- why: documents as a list shows them, the last written first: the account's name and what is open stand in other
--      rooms. One due in parts is due next with the first that is open. A null parameter narrows nothing.
--      Overdue and settled ones are told by the items still open, so that what lies in between is not looked at.
select
    d.id,
    d.kind,
    d.state,
    d.origin,
    d.number,
    d.legal_entity_id,
    d.account_id,
    b.number as account_number,
    coalesce(nullif(b.name, ''), c.name) as account_name,
    d.currency,
    d.document_date,
    d.due_date,
    d.total_minor,
    i.open_minor::bigint as open_minor,
    coalesce(i.due_date, d.due_date) as next_due,
    d.run_id
from invoicing_invoice as d
inner join accounts_billing_account as b on d.account_id = b.id
inner join accounts_customer as c on b.customer_id = c.id
left join lateral (
    select
        sum(o.open_minor) as open_minor,
        min(o.due_date) filter (where o.open_minor <> 0) as due_date
    from receivables_open_item as o
    where o.invoice_id = d.id
) as i on true
where (%(before_id)s::bigint is null or d.id < %(before_id)s)
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
    and (
        %(is_open)s::boolean is not false
        or d.id not in (
            select s.invoice_id
            from receivables_open_item as s
            where s.open_minor <> 0
                and (%(account_id)s::bigint is null or s.account_id = %(account_id)s)
                and (%(entity_ids)s::bigint[] is null or s.legal_entity_id = any(%(entity_ids)s::bigint[]))
        )
    )
    and (
        %(overdue_on)s::date is null
        or d.id = any(array(
            select s.invoice_id
            from receivables_open_item as s
            where s.open_minor <> 0
                and s.due_date < %(overdue_on)s
                and (%(account_id)s::bigint is null or s.account_id = %(account_id)s)
                and (%(entity_ids)s::bigint[] is null or s.legal_entity_id = any(%(entity_ids)s::bigint[]))
        ))
    )
    and (%(is_open)s::boolean is null or (i.open_minor <> 0) = %(is_open)s)
    and (%(overdue_on)s::date is null or (i.open_minor > 0 and i.due_date < %(overdue_on)s))
order by d.id desc
limit %(limit)s
