-- step: check_items
-- owner: receivables
-- reads: receivables_open_item, receivables_allocation, receivables_source_use
-- writes: none
-- why: the cached open amount of an item is its amount less its allocations; a credit note's also less its refunds. What
--      settles an item bears its account: those of one account are found without reading all that ever was allocated.
with

items as (
    select
        i.id,
        i.account_id,
        i.currency,
        i.amount_minor,
        i.open_minor
    from receivables_open_item as i
    where %(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[])
),

settled as (
    select
        a.open_item_id as item_id,
        sum(a.amount_minor) as amount_minor
    from receivables_allocation as a
    inner join items as i on a.open_item_id = i.id
    where %(account_ids)s::bigint[] is null or a.account_id = any(%(account_ids)s::bigint[])
    group by a.open_item_id
),

applied as (
    select
        a.credit_item_id as item_id,
        sum(a.amount_minor) as amount_minor
    from receivables_allocation as a
    inner join items as i on a.credit_item_id = i.id
    group by a.credit_item_id
),

refunded as (
    select
        u.credit_item_id as item_id,
        sum(u.amount_minor) as amount_minor
    from receivables_source_use as u
    inner join items as i on u.credit_item_id = i.id
    group by u.credit_item_id
),

proved as (
    select
        i.id,
        i.account_id,
        i.currency,
        i.open_minor,
        i.amount_minor - coalesce(s.amount_minor, 0) + coalesce(a.amount_minor, 0) + coalesce(r.amount_minor, 0)
            as proved_minor
    from items as i
    left join settled as s on i.id = s.item_id
    left join applied as a on i.id = a.item_id
    left join refunded as r on i.id = r.item_id
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
