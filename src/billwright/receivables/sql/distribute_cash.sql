-- step: distribute_cash
-- owner: receivables
-- reads: receivables_unallocated_cash, receivables_open_item, receivables_hold
-- writes: none
-- why: what pieces of cash settle by a standing policy, for any number of accounts: both sides are laid on one line
--      of amounts per account, and what overlaps is allocated. Twin of policies.distribute. The ids are joined, as a
--      list in a condition would be searched once a row.
with

pieces as (
    select
        c.id,
        c.account_id,
        c.currency,
        c.value_date,
        sum(c.open_minor) over earlier - c.open_minor as starts_at,
        sum(c.open_minor) over earlier as ends_at
    from unnest(%(cash_ids)s::bigint[]) as asked (id)
    inner join receivables_unallocated_cash as c on asked.id = c.id
    where c.open_minor > 0 and c.account_id is not null
    window earlier as (partition by c.account_id, c.currency order by c.value_date, c.id)
),

accounts as (
    select
        account_id,
        currency,
        max(value_date) as on_day
    from pieces
    group by account_id, currency
),

claims as (
    select
        i.id,
        i.account_id,
        i.currency,
        i.due_date,
        i.document_date,
        i.claim_class,
        i.open_minor,
        least(i.open_minor, coalesce(d.disputed_minor, 0)) as disputed_minor
    from accounts as a
    inner join receivables_open_item as i
        on a.account_id = i.account_id and a.currency = i.currency and i.open_minor > 0
    left join lateral (
        select sum(coalesce(h.amount_minor, i.open_minor)) as disputed_minor
        from receivables_hold as h
        where h.open_item_id = i.id
            and h.reason = 'DISPUTE'
            and h.superseded_at is null
            and h.valid_from <= a.on_day
            and (h.valid_until is null or h.valid_until > a.on_day)
    ) as d on true
),

-- The undisputed part of every claim comes before any disputed part.
parts as (
    select
        c.*,
        false as disputed,
        c.open_minor - c.disputed_minor as part_minor
    from claims as c
    union all
    select
        c.*,
        true as disputed,
        c.disputed_minor as part_minor
    from claims as c
),

wanted as (
    select
        p.id,
        p.account_id,
        p.currency,
        sum(p.part_minor) over earlier - p.part_minor as starts_at,
        sum(p.part_minor) over earlier as ends_at
    from parts as p
    where p.part_minor > 0
    window
        earlier as (
            partition by p.account_id, p.currency
            order by
                p.disputed,
                case
                    when %(policy)s <> 'COSTS_INTEREST_PRINCIPAL' then 0
                    when p.claim_class = 'COSTS' then 0
                    when p.claim_class = 'INTEREST' then 1
                    else 2
                end,
                p.due_date,
                p.document_date,
                p.id
        )
)

select
    p.id as cash_id,
    w.id as open_item_id,
    sum(least(p.ends_at, w.ends_at) - greatest(p.starts_at, w.starts_at))::bigint as amount_minor
from pieces as p
inner join wanted as w
    on p.account_id = w.account_id
    and p.currency = w.currency
    and p.starts_at < w.ends_at
    and w.starts_at < p.ends_at
group by p.id, w.id
order by p.id, w.id
