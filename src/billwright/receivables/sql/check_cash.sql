-- step: check_cash
-- owner: receivables
-- reads: receivables_unallocated_cash, receivables_allocation, receivables_source_use
-- writes: none
-- why: what is left of a piece is its amount less its allocations, refunds, moves and returns.
with

pieces as (
    select
        c.id,
        c.account_id,
        c.currency,
        c.amount_minor,
        c.open_minor
    from receivables_unallocated_cash as c
    where %(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[])
),

allocated as (
    select
        a.cash_id,
        sum(a.amount_minor) as amount_minor
    from receivables_allocation as a
    inner join pieces as c on a.cash_id = c.id
    group by a.cash_id
),

used as (
    select
        u.cash_id,
        sum(u.amount_minor) as amount_minor
    from receivables_source_use as u
    inner join pieces as c on u.cash_id = c.id
    group by u.cash_id
),

proved as (
    select
        c.id,
        c.account_id,
        c.currency,
        c.open_minor,
        c.amount_minor - coalesce(a.amount_minor, 0) - coalesce(u.amount_minor, 0) as proved_minor
    from pieces as c
    left join allocated as a on c.id = a.cash_id
    left join used as u on c.id = u.cash_id
)

select
    p.id,
    p.account_id,
    p.currency,
    p.open_minor,
    p.proved_minor::bigint
from proved as p
where p.open_minor <> p.proved_minor
order by p.id
