-- step: account_totals
-- owner: reporting
-- reads: accounts_billing_account, receivables_day_sum, receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: the totals of step account_page where no filter leaves accounts out, from what is kept of each day: as many rows
--      as there are due dates, not accounts. Counting the accounts, of a `state` where one is given, stops at
--      `counted_max`.
with

days as (
    select
        s.currency,
        s.due_date,
        s.open_minor
    from receivables_day_sum as s
    where s.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
    union all
    select
        c.currency,
        c.due_date,
        c.open_minor
    from receivables_open_change as c
    where c.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
),

counted as (
    select b.currency_id
    from accounts_billing_account as b
    where b.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or b.currency_id = %(currency)s)
        and (%(state)s = '' or b.state = %(state)s)
    limit %(counted_max)s
),

figures as (
    select
        b.currency_id as currency,
        0 as open_minor,
        0 as overdue_minor,
        0 as unallocated_minor,
        count(*) as accounts
    from counted as b
    group by b.currency_id
    union all
    select
        c.currency,
        0 as open_minor,
        0 as overdue_minor,
        sum(c.open_minor) as unallocated_minor,
        0 as accounts
    from receivables_unallocated_cash as c
    where c.open_minor > 0
        and c.account_id is not null
        and c.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
    group by c.currency
    union all
    select
        d.currency,
        sum(d.open_minor) as open_minor,
        coalesce(sum(d.open_minor) filter (where d.due_date < %(as_of)s), 0) as overdue_minor,
        0 as unallocated_minor,
        0 as accounts
    from days as d
    group by d.currency
)

select
    f.currency,
    sum(f.open_minor)::bigint as open_minor,
    sum(f.overdue_minor)::bigint as overdue_minor,
    sum(f.unallocated_minor)::bigint as unallocated_minor,
    sum(f.accounts)::bigint as accounts
from figures as f
where %(currency)s = '' or f.currency = %(currency)s
group by f.currency
having sum(f.accounts) > 0 or sum(f.open_minor) <> 0 or sum(f.unallocated_minor) <> 0
