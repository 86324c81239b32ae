-- step: account_page
-- owner: reporting
-- reads: accounts_billing_account, accounts_customer, accounts_status_note, receivables_open_item,
--        receivables_account_sum, receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: a page of accounts with what each owes, in the order of a figure. The figures are kept by account: as many as fill
--      the page are taken in the order of an index, and beside them all accounts whose figures do not hold as of this
--      day. `sign` -1 reads the order the other way round.
with

-- Accounts with changes beside their sums, or whose sums were reckoned for another day: their items are added up.
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

-- What is joined for a filter that is not asked falls away.
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
    left join wanted as w on s.account_id = w.id
    where s.account_id not in (select m.account_id from moved as m)
        and (%(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[]))
        and (%(state)s = '' or w.id is not null)
        and (%(standing)s <> 'unallocated' or c.account_id is not null)
        and (%(standing)s <> 'clear' or (s.open_minor = 0 and c.account_id is null))
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
        w.id,
        w.currency
    from wanted as w
    where %(sort)s = 'opened'
        and %(standing)s = ''
        and (
            %(after_id)s::bigint is null
            or (%(sign)s < 0 and w.id < %(after_id)s::bigint)
            or (%(sign)s > 0 and w.id > %(after_id)s::bigint)
        )
    order by
        case when %(sign)s < 0 then w.id end desc,
        case when %(sign)s > 0 then w.id end asc
    limit %(limit)s
),

anew as (
    select
        w.id,
        w.currency,
        i.open_minor,
        i.overdue_minor,
        case %(sort)s
            when 'open' then i.open_minor
            when 'overdue' then i.overdue_minor
            when 'unallocated' then coalesce(c.open_minor, 0)
            when 'opened' then w.id
            else i.days
        end as figure
    from moved as m
    inner join wanted as w on m.account_id = w.id
    left join credits as c on m.account_id = c.account_id
    cross join lateral (
        select
            coalesce(sum(o.open_minor), 0)::bigint as open_minor,
            coalesce(sum(o.open_minor) filter (where o.due_date < %(as_of)s), 0)::bigint as overdue_minor,
            coalesce(%(as_of)s::date - min(o.due_date) filter (where o.open_minor > 0), -100000)::bigint as days
        from receivables_open_item as o
        where o.account_id = w.id and o.open_minor <> 0
    ) as i
    where (%(sort)s in ('open', 'overdue', 'oldest') or %(standing)s <> '')
        and (%(standing)s <> 'unallocated' or c.account_id is not null)
        and (%(standing)s <> 'clear' or (i.open_minor = 0 and c.account_id is null))
),

-- Accounts that never owed anything: but for what waits on them all have the same figures.
first_without_sum as (
    select w.*
    from (
        select
            a.id,
            a.currency,
            case %(sort)s when 'opened' then a.id when 'oldest' then -100000 else 0 end as figure
        from wanted as a
        left join credits as c on a.id = c.account_id
        where %(with_clear)s
            and ((%(sort)s in ('open', 'overdue', 'oldest') and %(standing)s = '') or %(standing)s = 'clear')
            and (%(standing)s <> 'clear' or c.account_id is null)
            and a.id not in (select m.account_id from moved as m)
            and not exists (select 1 from receivables_account_sum as s where s.account_id = a.id)
    ) as w
    where %(after_figure)s::bigint is null
        or (%(sign)s < 0 and (w.figure, w.id) < (%(after_figure)s::bigint, %(after_id)s::bigint))
        or (%(sign)s > 0 and (w.figure, w.id) > (%(after_figure)s::bigint, %(after_id)s::bigint))
    order by
        case when %(sign)s < 0 then w.id end desc,
        case when %(sign)s > 0 then w.id end asc
    limit %(limit)s
),

found as (
    select
        k.id,
        k.currency,
        k.open_minor,
        k.overdue_minor,
        k.figure
    from first_kept as k
    union all
    select
        a.id,
        a.currency,
        a.open_minor,
        a.overdue_minor,
        a.figure
    from anew as a
    union all
    select
        o.id,
        o.currency,
        0 as open_minor,
        0 as overdue_minor,
        o.id as figure
    from first_opened as o
    union all
    select
        w.id,
        w.currency,
        0 as open_minor,
        0 as overdue_minor,
        c.open_minor as figure
    from credits as c
    inner join wanted as w on c.account_id = w.id
    where %(sort)s = 'unallocated' and %(standing)s = ''
    union all
    select
        w.id,
        w.currency,
        0 as open_minor,
        0 as overdue_minor,
        0 as figure
    from wanted as w
    left join credits as c on w.id = c.account_id
    where %(with_clear)s and %(sort)s = 'unallocated' and %(standing)s = '' and c.account_id is null
    union all
    select
        n.id,
        n.currency,
        0 as open_minor,
        0 as overdue_minor,
        n.figure
    from first_without_sum as n
    union all
    select
        w.id,
        w.currency,
        0 as open_minor,
        0 as overdue_minor,
        case %(sort)s
            when 'unallocated' then c.open_minor
            when 'opened' then w.id
            when 'oldest' then -100000
            else 0
        end as figure
    from credits as c
    inner join wanted as w on c.account_id = w.id
    where %(standing)s = 'unallocated'
        and c.account_id not in (select m.account_id from moved as m)
        and not exists (select 1 from receivables_account_sum as s where s.account_id = c.account_id)
),

page as (
    select
        f.id,
        f.currency,
        f.figure
    from found as f
    where (%(standing)s <> 'open' or f.open_minor <> 0)
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
