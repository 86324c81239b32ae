-- step: debt_totals
-- owner: reporting
-- reads: accounts_billing_account, accounts_status_note, receivables_open_item, receivables_account_sum,
--        receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: the totals of step account_page where a filter leaves accounts out, per currency: from the sums kept by account,
--      and the items of those whose sums do not hold as of this day. What is joined for a filter that is not asked falls
--      away.
with

moved as materialized (
    select c.account_id
    from receivables_open_change as c
    where %(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[])
    union
    select s.account_id
    from receivables_account_sum as s
    where (s.next_due < %(as_of)s or s.last_due >= %(as_of)s)
        and (%(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[]))
),

credits as not materialized (
    select
        c.account_id,
        sum(c.open_minor)::bigint as open_minor
    from receivables_unallocated_cash as c
    where c.open_minor > 0
        and c.account_id is not null
        and (%(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[]))
    group by c.account_id
),

wanted as not materialized (
    select
        b.id,
        b.currency_id as currency
    from accounts_billing_account as b
    where b.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or b.currency_id = %(currency)s)
        and (%(state)s = '' or b.state = %(state)s)
        and (%(account_ids)s::bigint[] is null or b.id = any(%(account_ids)s::bigint[]))
),

-- Each part has the same types, so that what is asked of all is asked of each.
known as not materialized (
    select
        s.account_id,
        s.currency,
        s.open_minor,
        s.overdue_minor,
        coalesce(c.open_minor, 0) as unallocated_minor
    from receivables_account_sum as s
    left join wanted as w on s.account_id = w.id
    left join credits as c on s.account_id = c.account_id
    where %(standing)s not in ('', 'clear')
        and s.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or s.currency = %(currency)s)
        and (%(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[]))
        and (%(state)s = '' or w.id is not null)
        and (%(standing)s <> 'unallocated' or c.account_id is not null)
        and s.account_id not in (select m.account_id from moved as m)
    union all
    select
        w.id as account_id,
        w.currency,
        i.open_minor,
        i.overdue_minor,
        coalesce(c.open_minor, 0) as unallocated_minor
    from moved as m
    inner join wanted as w on m.account_id = w.id
    left join credits as c on m.account_id = c.account_id
    cross join lateral (
        select
            coalesce(sum(o.open_minor), 0)::bigint as open_minor,
            coalesce(sum(o.open_minor) filter (where o.due_date < %(as_of)s), 0)::bigint as overdue_minor
        from receivables_open_item as o
        where o.account_id = w.id and o.open_minor <> 0
    ) as i
    union all
    select
        w.id as account_id,
        w.currency,
        coalesce(s.open_minor, 0) as open_minor,
        coalesce(s.overdue_minor, 0) as overdue_minor,
        coalesce(c.open_minor, 0) as unallocated_minor
    from wanted as w
    left join receivables_account_sum as s on w.id = s.account_id
    left join credits as c on w.id = c.account_id
    where %(standing)s in ('', 'clear')
        and w.id not in (select m.account_id from moved as m)
    union all
    select
        w.id as account_id,
        w.currency,
        0::bigint as open_minor,
        0::bigint as overdue_minor,
        c.open_minor as unallocated_minor
    from credits as c
    inner join wanted as w on c.account_id = w.id
    where %(standing)s = 'unallocated'
        and c.account_id not in (select m.account_id from moved as m)
        and not exists (select 1 from receivables_account_sum as s where s.account_id = c.account_id)
)

select
    k.currency,
    sum(k.open_minor)::bigint as open_minor,
    sum(k.overdue_minor)::bigint as overdue_minor,
    sum(k.unallocated_minor)::bigint as unallocated_minor,
    count(*) as accounts
from known as k
where (%(standing)s <> 'open' or k.open_minor <> 0)
    and (%(standing)s not in ('overdue', 'unattended') or k.overdue_minor > 0)
    and (
        %(standing)s <> 'unattended'
        or k.account_id not in (select n.account_id from accounts_status_note as n)
    )
    and (%(standing)s <> 'unallocated' or k.unallocated_minor > 0)
    and (%(standing)s <> 'clear' or (k.open_minor = 0 and k.unallocated_minor = 0))
group by k.currency
