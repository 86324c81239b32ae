-- step: payment_list
-- owner: reporting
-- reads: payments_payment, receivables_unallocated_cash, accounts_billing_account, accounts_customer
-- writes: none
-- why: a page of receipts with what is left of each, newest or longest waiting first. What waits is read of all
--      receipts only where it is asked for; else of those of the page.
with

waiting as (
    select
        c.payment_id,
        sum(c.open_minor) as left_minor,
        bool_or(c.account_id is null) as in_suspense
    from receivables_unallocated_cash as c
    where c.open_minor > 0 and c.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
    group by c.payment_id
),

page as (
    select
        p.id,
        p.value_date
    from payments_payment as p
    left join waiting as w on p.id = w.payment_id
    where p.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(method)s = '' or p.method = %(method)s)
        and (%(state)s = '' or p.state = %(state)s)
        and (%(currency)s = '' or p.currency = %(currency)s)
        and (%(since)s::date is null or p.value_date >= %(since)s)
        and (%(until)s::date is null or p.value_date <= %(until)s)
        and (%(account_id)s::bigint is null or p.account_id = %(account_id)s)
        and (%(standing)s <> 'waiting' or w.left_minor > 0)
        and (%(standing)s <> 'suspense' or w.in_suspense)
        and (%(payment_ids)s::bigint[] is null or p.id = any(%(payment_ids)s::bigint[]))
        and (
            %(after_day)s::date is null
            or (
                %(newest_first)s
                and p.value_date <= %(after_day)s
                and (p.value_date, p.id) < (%(after_day)s::date, %(after_id)s::bigint)
            )
            or (
                not %(newest_first)s
                and p.value_date >= %(after_day)s
                and (p.value_date, p.id) > (%(after_day)s::date, %(after_id)s::bigint)
            )
        )
    order by
        case when %(newest_first)s then p.value_date end desc,
        case when %(newest_first)s then p.id end desc,
        case when not %(newest_first)s then p.value_date end asc,
        case when not %(newest_first)s then p.id end asc
    limit %(limit)s
)

select
    g.id,
    p.number,
    p.value_date,
    p.account_id,
    coalesce(b.number, '') as account_number,
    coalesce(nullif(b.name, ''), c.name, '') as account_name,
    p.payer_name,
    p.legal_entity_id,
    p.method,
    p.reference,
    p.state,
    p.currency,
    p.amount_minor,
    coalesce(w.left_minor, 0)::bigint as left_minor,
    coalesce(w.in_suspense, false) as in_suspense
from page as g
inner join payments_payment as p on g.id = p.id
left join accounts_billing_account as b on p.account_id = b.id
left join accounts_customer as c on b.customer_id = c.id
left join lateral (
    select
        sum(m.open_minor) as left_minor,
        bool_or(m.account_id is null) as in_suspense
    from receivables_unallocated_cash as m
    where m.payment_id = g.id and m.open_minor > 0
) as w on true
order by
    case when %(newest_first)s then g.value_date end desc,
    case when %(newest_first)s then g.id end desc,
    g.value_date asc,
    g.id asc
