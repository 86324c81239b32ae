-- step: account_page
-- owner: reporting
-- reads: accounts_billing_account, accounts_customer, receivables_open_item, receivables_account_sum,
--        receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: a page of step account_list where no filter leaves accounts out: all of them are asked for the figure that
--      orders the list and for nothing else, those of the page for the others. `sign` -1 reads the order the other way
--      round.
with

changes as materialized (
    select
        c.account_id,
        sum(c.open_minor)::bigint as open_minor
    from receivables_open_change as c
    group by c.account_id
),

undue as (
    select
        i.account_id,
        sum(i.open_minor)::bigint as open_minor
    from receivables_open_item as i
    where i.open_minor <> 0
        and i.due_date >= %(as_of)s
        and i.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
    group by i.account_id
),

credits as (
    select
        c.account_id,
        sum(c.open_minor)::bigint as open_minor
    from receivables_unallocated_cash as c
    where c.open_minor > 0 and c.account_id is not null
    group by c.account_id
),

-- An account that never had an item, or whose first is not folded yet, has no sum: `with_clear` looks for all of those.
known as (
    select
        s.account_id as id,
        s.legal_entity_id,
        s.currency,
        s.open_minor,
        s.oldest_due
    from receivables_account_sum as s
    where not %(with_clear)s and %(sort)s <> 'opened'
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        0 as open_minor,
        null as oldest_due
    from accounts_billing_account as b
    where not %(with_clear)s
        and %(sort)s <> 'opened'
        and b.id in (
            select c.account_id
            from changes as c
            union all
            select m.account_id
            from credits as m
            where %(sort)s = 'unallocated'
        )
        and not exists (select 1 from receivables_account_sum as s where s.account_id = b.id)
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        coalesce(s.open_minor, 0) as open_minor,
        s.oldest_due
    from accounts_billing_account as b
    left join receivables_account_sum as s on b.id = s.account_id
    where %(with_clear)s and %(sort)s <> 'opened'
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        0 as open_minor,
        null as oldest_due
    from accounts_billing_account as b
    where %(sort)s = 'opened'
),

ranked as (
    select
        k.id,
        k.currency,
        %(sign)s * case %(sort)s
            when 'open' then k.open_minor + coalesce(c.open_minor, 0)
            when 'overdue' then k.open_minor + coalesce(c.open_minor, 0) - coalesce(u.open_minor, 0)
            when 'unallocated' then coalesce(m.open_minor, 0)
            when 'oldest' then coalesce(
                %(as_of)s::date - case
                    when c.account_id is not null
                        then (
                            select min(i.due_date)
                            from receivables_open_item as i
                            where i.account_id = k.id and i.open_minor > 0
                        )
                    else k.oldest_due
                end,
                -100000
            )
            else k.id
        end as rank
    from known as k
    left join changes as c on k.id = c.account_id
    left join undue as u on k.id = u.account_id
    left join credits as m on k.id = m.account_id
    where k.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or k.currency = %(currency)s)
),

page as (
    select r.*
    from ranked as r
    where %(after_rank)s::bigint is null
        or (r.rank, %(sign)s * r.id) > (%(after_rank)s::bigint, %(sign)s * %(after_id)s::bigint)
    order by r.rank, %(sign)s * r.id
    limit %(limit)s
)

select
    p.id,
    b.number,
    coalesce(nullif(b.name, ''), k.name) as shown_name,
    b.customer_id,
    b.legal_entity_id,
    p.currency,
    b.state,
    b.reference,
    coalesce(s.open_minor + c.open_minor, s.open_minor, c.open_minor, 0) as open_minor,
    coalesce(s.open_minor + c.open_minor, s.open_minor, c.open_minor, 0) - coalesce(
        (
            select sum(i.open_minor)::bigint
            from receivables_open_item as i
            where i.account_id = p.id and i.open_minor <> 0 and i.due_date >= %(as_of)s
        ),
        0
    ) as overdue_minor,
    (
        select min(i.due_date)
        from receivables_open_item as i
        where i.account_id = p.id and i.open_minor > 0
    ) as oldest_due,
    coalesce(
        (
            select sum(m.open_minor)::bigint
            from receivables_unallocated_cash as m
            where m.account_id = p.id and m.open_minor > 0
        ),
        0
    ) as unallocated_minor,
    p.rank
from page as p
inner join accounts_billing_account as b on p.id = b.id
inner join accounts_customer as k on b.customer_id = k.id
left join receivables_account_sum as s on p.id = s.account_id
left join changes as c on p.id = c.account_id
