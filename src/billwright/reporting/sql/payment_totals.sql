-- step: payment_totals
-- owner: reporting
-- reads: payments_payment, receivables_unallocated_cash
-- writes: none
-- why: the foot of step payment_list per currency: how many receipts the filters leave, how much, and what is left of
--      them. Counting stops at `counted_max`, so that a page costs the same in a book of any size.
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
        p.currency,
        p.amount_minor,
        w.left_minor
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
    limit %(counted_max)s
)

select
    f.currency,
    count(*) as payment_count,
    sum(f.amount_minor)::bigint as amount_minor,
    coalesce(sum(f.left_minor), 0)::bigint as left_minor
from found as f
group by f.currency
