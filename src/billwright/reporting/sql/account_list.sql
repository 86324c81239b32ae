-- step: account_list
-- owner: reporting
-- reads: accounts_billing_account, accounts_customer, accounts_status_note, receivables_open_item,
--        receivables_account_sum, receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: a page of accounts with what each owes, in the order of a figure, and the totals of all that the filters leave
--      per currency. What is open is kept per account, with the changes not yet folded beside it; overdue is what is
--      open less what is not due. Step account_page answers where nothing is filtered. `sign` -1 reads the order the
--      other way round.
with

changes as (
    select
        c.account_id,
        sum(c.open_minor)::bigint as open_minor
    from receivables_open_change as c
    where %(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[])
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
        and (%(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[]))
    group by i.account_id
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

-- An account that never had an item, or whose first is not folded yet, has no sum.
known as (
    select
        s.account_id as id,
        s.legal_entity_id,
        s.currency,
        s.open_minor,
        s.oldest_due
    from receivables_account_sum as s
    where (%(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[]))
        -- Nothing is overdue where no claim is.
        and (
            %(standing)s not in ('overdue', 'unattended')
            or s.oldest_due < %(as_of)s
            or s.account_id in (select c.account_id from changes as c)
        )
    union all
    select
        b.id,
        b.legal_entity_id,
        b.currency_id as currency,
        0 as open_minor,
        null as oldest_due
    from accounts_billing_account as b
    where (%(with_clear)s or b.id in (select c.account_id from changes as c))
        and not exists (select 1 from receivables_account_sum as s where s.account_id = b.id)
        and (%(account_ids)s::bigint[] is null or b.id = any(%(account_ids)s::bigint[]))
),

-- Without a filter by state the accounts are not joined at all.
debts as (
    select
        k.id,
        k.currency,
        k.open_minor + coalesce(c.open_minor, 0) as open_minor,
        k.open_minor + coalesce(c.open_minor, 0) - coalesce(u.open_minor, 0) as overdue_minor,
        k.oldest_due,
        c.account_id is not null as has_changed,
        coalesce(m.unallocated_minor, 0) as unallocated_minor
    from known as k
    left join changes as c on k.id = c.account_id
    left join undue as u on k.id = u.account_id
    left join credits as m on k.id = m.account_id
    left join accounts_billing_account as b on k.id = b.id
    where k.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or k.currency = %(currency)s)
        and (%(state)s = '' or b.state = %(state)s)
),

found as (
    select d.*
    from debts as d
    where (
        %(standing)s = ''
        or (%(standing)s = 'open' and d.open_minor <> 0)
        or (%(standing)s in ('overdue', 'unattended') and d.overdue_minor > 0)
        or (%(standing)s = 'unallocated' and d.unallocated_minor > 0)
        or (%(standing)s = 'clear' and d.open_minor = 0 and d.unallocated_minor = 0)
    )
    and (
        %(standing)s <> 'unattended'
        or not exists (select 1 from accounts_status_note as n where n.account_id = d.id)
    )
),

ranked as (
    select
        f.id,
        f.currency,
        f.open_minor,
        f.overdue_minor,
        f.unallocated_minor,
        %(sign)s * case %(sort)s
            when 'open' then f.open_minor
            when 'overdue' then f.overdue_minor
            when 'unallocated' then f.unallocated_minor
            when 'oldest' then coalesce(
                %(as_of)s::date - case
                    when f.has_changed
                        then (
                            select min(i.due_date)
                            from receivables_open_item as i
                            where i.account_id = f.id and i.open_minor > 0
                        )
                    else f.oldest_due
                end,
                -100000
            )
            else f.id
        end as rank
    from found as f
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
    coalesce(nullif(b.name, ''), c.name) as shown_name,
    b.customer_id,
    b.legal_entity_id,
    p.currency,
    b.state,
    b.reference,
    p.open_minor,
    p.overdue_minor,
    (
        select min(i.due_date)
        from receivables_open_item as i
        where i.account_id = p.id and i.open_minor > 0
    ) as oldest_due,
    p.unallocated_minor,
    p.rank
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
    count(*) as rank
from found as f
group by f.currency
