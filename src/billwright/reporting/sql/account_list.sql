-- step: account_list
-- owner: reporting
-- reads: accounts_billing_account, accounts_customer, accounts_status_note, receivables_open_item,
--        receivables_account_sum, receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: a page of accounts with what each owes, in the order of a figure, and the totals of all that the filters leave
--      per currency. What is open and overdue is kept per account; where that does not hold as of this day, the items are
--      added up. Step account_page answers where accounts are filtered by nothing but what they owe. `sign` -1 reads the
--      order the other way round.
with

-- Accounts with changes beside their sums, or whose sums were reckoned for another day.
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

credits as (
    select
        c.account_id,
        sum(c.open_minor)::bigint as unallocated_minor
    from receivables_unallocated_cash as c
    where c.open_minor > 0
        and c.account_id is not null
        and (%(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[]))
    group by c.account_id
),

known as (
    select
        s.account_id as id,
        s.legal_entity_id,
        s.currency,
        s.open_minor,
        s.overdue_minor,
        s.oldest_due
    from receivables_account_sum as s
    where s.account_id not in (select m.account_id from moved as m)
        and (%(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[]))
        and (%(standing)s <> 'unallocated' or s.account_id in (select c.account_id from credits as c))
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        coalesce(sum(o.open_minor), 0)::bigint as open_minor,
        coalesce(sum(o.open_minor) filter (where o.due_date < %(as_of)s), 0)::bigint as overdue_minor,
        min(o.due_date) filter (where o.open_minor > 0) as oldest_due
    from moved as m
    inner join accounts_billing_account as b on m.account_id = b.id
    left join receivables_open_item as o on b.id = o.account_id and o.open_minor <> 0
    group by b.id
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        0 as open_minor,
        0 as overdue_minor,
        null as oldest_due
    from accounts_billing_account as b
    where %(with_clear)s
        and not exists (select 1 from receivables_account_sum as s where s.account_id = b.id)
        and b.id not in (select m.account_id from moved as m)
        and (%(account_ids)s::bigint[] is null or b.id = any(%(account_ids)s::bigint[]))
        and (%(standing)s <> 'unallocated' or b.id in (select c.account_id from credits as c))
),

-- Without a filter by state the accounts are not joined at all.
found as (
    select
        k.id,
        k.currency,
        k.open_minor,
        k.overdue_minor,
        k.oldest_due,
        coalesce(m.unallocated_minor, 0) as unallocated_minor
    from known as k
    left join credits as m on k.id = m.account_id
    left join accounts_billing_account as b on k.id = b.id
    where k.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or k.currency = %(currency)s)
        and (%(state)s = '' or b.state = %(state)s)
        and (
            %(standing)s = ''
            or (%(standing)s = 'open' and k.open_minor <> 0)
            or (%(standing)s in ('overdue', 'unattended') and k.overdue_minor > 0)
            or (%(standing)s = 'unallocated' and m.unallocated_minor > 0)
            or (%(standing)s = 'clear' and k.open_minor = 0 and m.unallocated_minor is null)
        )
        and (
            %(standing)s <> 'unattended'
            or not exists (select 1 from accounts_status_note as n where n.account_id = k.id)
        )
),

ranked as (
    select
        f.id,
        f.currency,
        f.open_minor,
        f.overdue_minor,
        f.oldest_due,
        f.unallocated_minor,
        case %(sort)s
            when 'open' then f.open_minor
            when 'overdue' then f.overdue_minor
            when 'unallocated' then f.unallocated_minor
            when 'oldest' then coalesce(%(as_of)s::date - f.oldest_due, -100000)
            else f.id
        end as figure
    from found as f
),

page as (
    select r.*
    from ranked as r
    where %(after_figure)s::bigint is null
        or (%(sign)s < 0 and (r.figure, r.id) < (%(after_figure)s::bigint, %(after_id)s::bigint))
        or (%(sign)s > 0 and (r.figure, r.id) > (%(after_figure)s::bigint, %(after_id)s::bigint))
    order by %(sign)s * r.figure, %(sign)s * r.id
    limit %(limit)s
),

answered as (
    select
        p.id,
        b.number,
        coalesce(nullif(b.name, ''), c.name) as shown_name,
        b.customer_id,
        b.legal_entity_id,
        p.currency,
        b.state,
        b.reference,
        p.open_minor,
        p.overdue_minor,
        p.oldest_due,
        p.unallocated_minor,
        p.figure
    from page as p
    inner join accounts_billing_account as b on p.id = b.id
    inner join accounts_customer as c on b.customer_id = c.id
    union all
    select
        null as id,
        '' as number,
        '' as shown_name,
        null as customer_id,
        null as legal_entity_id,
        f.currency,
        '' as state,
        '' as reference,
        sum(f.open_minor)::bigint as open_minor,
        sum(f.overdue_minor)::bigint as overdue_minor,
        null as oldest_due,
        sum(f.unallocated_minor)::bigint as unallocated_minor,
        count(*) as figure
    from found as f
    group by f.currency
)

-- The totals stand before the page.
select
    a.id,
    a.number,
    a.shown_name,
    a.customer_id,
    a.legal_entity_id,
    a.currency,
    a.state,
    a.reference,
    a.open_minor,
    a.overdue_minor,
    a.oldest_due,
    a.unallocated_minor,
    a.figure
from answered as a
order by a.id is not null, %(sign)s * a.figure, %(sign)s * a.id
