-- step: account_page
-- owner: reporting
-- reads: accounts_billing_account, accounts_customer, accounts_status_note, receivables_open_item,
--        receivables_account_sum, receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: a page of step account_list where accounts are left out by nothing but what they owe. The figures that order the
--      list are kept by account: as many as fill the page are taken in the order of an index, and beside them all
--      accounts whose figures do not hold as of this day. `sign` -1 reads the order the other way round.
with

-- Accounts with changes beside their sums, or whose sums were reckoned for another day: their items are added up.
moved as materialized (
    select c.account_id
    from receivables_open_change as c
    union
    select s.account_id
    from receivables_account_sum as s
    where s.next_due < %(as_of)s or s.last_due >= %(as_of)s
),

credits as not materialized (
    select
        c.account_id,
        sum(c.open_minor)::bigint as open_minor
    from receivables_unallocated_cash as c
    where c.open_minor > 0 and c.account_id is not null
    group by c.account_id
),

kept as (
    select
        s.account_id as id,
        s.legal_entity_id,
        s.currency,
        s.open_minor,
        s.overdue_minor,
        case %(sort)s
            when 'open' then s.open_minor
            when 'overdue' then s.overdue_minor
            when 'unallocated' then coalesce(c.open_minor, 0)
            when 'opened' then s.account_id
            else coalesce(%(as_of)s::date - s.oldest_due, -100000)
        end as figure
    from receivables_account_sum as s
    left join credits as c on s.account_id = c.account_id
    where s.account_id not in (select m.account_id from moved as m)
),

-- Each `order by` is left with what the sort and the sign leave of it: a column that has an index.
first_kept as (
    select k.*
    from kept as k
    where (%(sort)s in ('open', 'overdue', 'oldest') or %(standing)s <> '')
        and k.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or k.currency = %(currency)s)
        and (%(standing)s <> 'open' or k.open_minor <> 0)
        and (%(standing)s not in ('overdue', 'unattended') or k.overdue_minor > 0)
        and (
            %(standing)s <> 'unattended'
            or k.id not in (select n.account_id from accounts_status_note as n)
        )
        and (
            %(after_figure)s::bigint is null
            or (%(sign)s < 0 and (k.figure, k.id) < (%(after_figure)s::bigint, %(after_id)s::bigint))
            or (%(sign)s > 0 and (k.figure, k.id) > (%(after_figure)s::bigint, %(after_id)s::bigint))
        )
    order by
        case when %(sign)s < 0 then k.figure end desc,
        case when %(sign)s < 0 then k.id end desc,
        case when %(sign)s > 0 then k.figure end asc,
        case when %(sign)s > 0 then k.id end asc
    limit %(limit)s
),

first_opened as (
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency
    from accounts_billing_account as b
    where %(sort)s = 'opened'
        and %(standing)s = ''
        and b.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or b.currency_id = %(currency)s)
        and (
            %(after_id)s::bigint is null
            or (%(sign)s < 0 and b.id < %(after_id)s::bigint)
            or (%(sign)s > 0 and b.id > %(after_id)s::bigint)
        )
    order by
        case when %(sign)s < 0 then b.id end desc,
        case when %(sign)s > 0 then b.id end asc
    limit %(limit)s
),

anew as (
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        i.open_minor,
        i.overdue_minor,
        case %(sort)s
            when 'open' then i.open_minor
            when 'overdue' then i.overdue_minor
            when 'unallocated' then coalesce(c.open_minor, 0)
            when 'opened' then b.id
            else i.days
        end as figure
    from moved as m
    inner join accounts_billing_account as b on m.account_id = b.id
    left join credits as c on m.account_id = c.account_id
    cross join lateral (
        select
            coalesce(sum(o.open_minor), 0)::bigint as open_minor,
            coalesce(sum(o.open_minor) filter (where o.due_date < %(as_of)s), 0)::bigint as overdue_minor,
            coalesce(%(as_of)s::date - min(o.due_date) filter (where o.open_minor > 0), -100000)::bigint as days
        from receivables_open_item as o
        where o.account_id = b.id and o.open_minor <> 0
    ) as i
    where %(sort)s in ('open', 'overdue', 'oldest') or %(standing)s <> ''
),

-- Their ids alone, which two indexes tell.
without_sum as materialized (
    select b.id
    from accounts_billing_account as b
    where %(with_clear)s
        and not exists (select 1 from receivables_account_sum as s where s.account_id = b.id)
    except
    select m.account_id
    from moved as m
),

found as (
    select
        k.id,
        k.legal_entity_id,
        k.currency,
        k.open_minor,
        k.overdue_minor,
        k.figure
    from first_kept as k
    union all
    select
        a.id,
        a.legal_entity_id,
        a.currency,
        a.open_minor,
        a.overdue_minor,
        a.figure
    from anew as a
    union all
    select
        o.id,
        o.legal_entity_id,
        o.currency,
        0 as open_minor,
        0 as overdue_minor,
        o.id as figure
    from first_opened as o
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        0 as open_minor,
        0 as overdue_minor,
        c.open_minor as figure
    from credits as c
    inner join accounts_billing_account as b on c.account_id = b.id
    where %(sort)s = 'unallocated' and %(standing)s = ''
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        0 as open_minor,
        0 as overdue_minor,
        case when %(sort)s = 'oldest' then -100000 else 0 end as figure
    from accounts_billing_account as b
    where %(with_clear)s
        and (
            (%(sort)s in ('open', 'overdue', 'oldest') and b.id in (select w.id from without_sum as w))
            or (%(sort)s = 'unallocated' and b.id not in (select c.account_id from credits as c))
        )
),

page as (
    select
        f.id,
        f.currency,
        f.figure
    from found as f
    where f.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or f.currency = %(currency)s)
        and (%(standing)s <> 'open' or f.open_minor <> 0)
        and (%(standing)s not in ('overdue', 'unattended') or f.overdue_minor > 0)
        and (
            %(standing)s <> 'unattended'
            or not exists (select 1 from accounts_status_note as n where n.account_id = f.id)
        )
        and (
            %(after_figure)s::bigint is null
            or (%(sign)s < 0 and (f.figure, f.id) < (%(after_figure)s::bigint, %(after_id)s::bigint))
            or (%(sign)s > 0 and (f.figure, f.id) > (%(after_figure)s::bigint, %(after_id)s::bigint))
        )
    order by %(sign)s * f.figure, %(sign)s * f.id
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
    i.open_minor,
    i.overdue_minor,
    i.oldest_due,
    coalesce(
        (
            select sum(m.open_minor)::bigint
            from receivables_unallocated_cash as m
            where m.account_id = p.id and m.open_minor > 0
        ),
        0
    ) as unallocated_minor,
    p.figure
from page as p
inner join accounts_billing_account as b on p.id = b.id
inner join accounts_customer as k on b.customer_id = k.id
cross join lateral (
    select
        coalesce(sum(o.open_minor), 0)::bigint as open_minor,
        coalesce(sum(o.open_minor) filter (where o.due_date < %(as_of)s), 0)::bigint as overdue_minor,
        min(o.due_date) filter (where o.open_minor > 0) as oldest_due
    from receivables_open_item as o
    where o.account_id = p.id and o.open_minor <> 0
) as i
order by %(sign)s * p.figure, %(sign)s * p.id
