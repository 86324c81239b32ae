-- step: age_today
-- owner: reporting
-- reads: receivables_day_sum, receivables_open_change, receivables_open_item, receivables_hold
-- writes: none
-- why: the totals of step age for a day after which nothing is booked, from what is kept of each day: as many rows as
--      there are due dates, not items.
with

days as (
    select
        s.legal_entity_id,
        s.currency,
        s.due_date,
        s.document_date,
        s.open_minor
    from receivables_day_sum as s
    union all
    select
        c.legal_entity_id,
        c.currency,
        c.due_date,
        c.document_date,
        c.open_minor
    from receivables_open_change as c
),

holds as (
    select
        h.open_item_id,
        bool_or(h.amount_minor is null) as holds_all,
        sum(coalesce(h.amount_minor, 0)) as held_minor,
        bool_or(h.amount_minor is null and h.reason = 'DISPUTE') as disputes_all,
        coalesce(sum(h.amount_minor) filter (where h.reason = 'DISPUTE'), 0) as disputed_minor
    from receivables_hold as h
    where h.superseded_at is null
        and h.valid_from <= %(as_of)s
        and (h.valid_until is null or h.valid_until > %(as_of)s)
    group by h.open_item_id
),

parts as (
    select
        d.*,
        0 as held_minor,
        0 as disputed_minor
    from days as d
    union all
    select
        i.legal_entity_id,
        i.currency,
        i.due_date,
        i.document_date,
        0 as open_minor,
        case when h.holds_all then i.open_minor else least(i.open_minor, h.held_minor) end as held_minor,
        case when h.disputes_all then i.open_minor else least(i.open_minor, h.disputed_minor) end as disputed_minor
    from holds as h
    -- Few items are held: each is looked up.
    cross join lateral (
        select o.*
        from receivables_open_item as o
        where o.id = h.open_item_id and o.open_minor > 0
        limit 1
    ) as i
)

select
    null::bigint as party_id,
    p.legal_entity_id,
    p.currency,
    width_bucket(
        %(as_of)s::date - case %(by)s when 'document' then p.document_date else p.due_date end, %(bounds)s::int[]
    ) as bucket,
    sum(p.open_minor)::bigint as open_minor,
    sum(p.held_minor)::bigint as held_minor,
    sum(p.disputed_minor)::bigint as disputed_minor
from parts as p
where (%(legal_entity_id)s::bigint is null or p.legal_entity_id = %(legal_entity_id)s)
    and (%(currency)s = '' or p.currency = %(currency)s)
group by p.legal_entity_id, p.currency, bucket
having sum(p.open_minor) <> 0 or sum(p.held_minor) <> 0
order by p.legal_entity_id, p.currency, bucket
