-- step: payment_list
-- owner: reporting
-- reads: payments_payment, receivables_unallocated_cash, accounts_billing_account, accounts_customer
-- writes: none
-- why: a page of receipts with what is left of each, newest or longest waiting first, and the totals per currency of
--      all that the filters leave.
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

found as (
    select
        p.id,
        p.value_date,
        p.currency,
        p.amount_minor,
        w.left_minor,
        w.in_suspense
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
        and (
            %(text)s = ''
            or p.number ilike %(text)s || '%%'
            or p.reference ilike %(text)s || '%%'
            or p.payer_name ilike '%%' || %(text)s || '%%'
            or p.account_id = any(%(account_ids)s::bigint[])
        )
),

page as (
    select f.*
    from found as f
    where %(after_day)s::date is null
        or (
            %(newest_first)s
            and (f.value_date, f.id) < (%(after_day)s::date, %(after_id)s::bigint)
        )
        or (
            not %(newest_first)s
            and (f.value_date, f.id) > (%(after_day)s::date, %(after_id)s::bigint)
        )
    order by
        case when %(newest_first)s then f.value_date end desc,
        case when not %(newest_first)s then f.value_date end asc,
        case when %(newest_first)s then -f.id else f.id end asc
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
    g.currency,
    g.amount_minor,
    coalesce(g.left_minor, 0)::bigint as left_minor,
    coalesce(g.in_suspense, false) as in_suspense,
    null::bigint as row_count
from page as g
inner join payments_payment as p on g.id = p.id
left join accounts_billing_account as b on p.account_id = b.id
left join accounts_customer as c on b.customer_id = c.id
union all
select
    null as id,
    '' as number,
    null as value_date,
    null as account_id,
    '' as account_number,
    '' as account_name,
    '' as payer_name,
    null as legal_entity_id,
    '' as method,
    '' as reference,
    '' as state,
    f.currency,
    sum(f.amount_minor)::bigint as amount_minor,
    coalesce(sum(f.left_minor), 0)::bigint as left_minor,
    false as in_suspense,
    count(*) as row_count
from found as f
group by f.currency
