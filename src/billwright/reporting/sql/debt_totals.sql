-- step: debt_totals
-- owner: reporting
-- reads: accounts_billing_account, accounts_status_note, receivables_open_item, receivables_account_sum,
--        receivables_open_change, receivables_unallocated_cash
-- writes: none
-- why: the totals of step account_page where accounts are left out by what they owe, per currency: from the sums kept by
--      account, and the items of those whose sums do not hold as of this day.
with

moved as materialized (
    select c.account_id
    from receivables_open_change as c
    union
    select s.account_id
    from receivables_account_sum as s
    where s.next_due < %(as_of)s or s.last_due >= %(as_of)s
),

debts as not materialized (
    select
        s.account_id,
        s.legal_entity_id,
        s.currency,
        s.open_minor,
        s.overdue_minor
    from receivables_account_sum as s
    where s.account_id not in (select m.account_id from moved as m)
    union all
    select
        b.id as account_id,
        b.legal_entity_id,
        b.currency_id as currency,
        coalesce(sum(o.open_minor), 0)::bigint as open_minor,
        coalesce(sum(o.open_minor) filter (where o.due_date < %(as_of)s), 0)::bigint as overdue_minor
    from moved as m
    inner join accounts_billing_account as b on m.account_id = b.id
    left join receivables_open_item as o on b.id = o.account_id and o.open_minor <> 0
    group by b.id
),

found as not materialized (
    select
        d.account_id,
        d.currency,
        d.open_minor,
        d.overdue_minor
    from debts as d
    where d.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and (%(currency)s = '' or d.currency = %(currency)s)
        and (%(standing)s <> 'open' or d.open_minor <> 0)
        and (%(standing)s not in ('overdue', 'unattended') or d.overdue_minor > 0)
        and (
            %(standing)s <> 'unattended'
            or d.account_id not in (select n.account_id from accounts_status_note as n)
        )
),

figures as (
    select
        f.currency,
        sum(f.open_minor) as open_minor,
        sum(f.overdue_minor) as overdue_minor,
        0 as unallocated_minor,
        count(*) as accounts
    from found as f
    group by f.currency
    union all
    select
        f.currency,
        0 as open_minor,
        0 as overdue_minor,
        sum(c.open_minor) as unallocated_minor,
        0 as accounts
    from receivables_unallocated_cash as c
    inner join found as f on c.account_id = f.account_id
    where c.open_minor > 0
    group by f.currency
)

select
    g.currency,
    sum(g.open_minor)::bigint as open_minor,
    sum(g.overdue_minor)::bigint as overdue_minor,
    sum(g.unallocated_minor)::bigint as unallocated_minor,
    sum(g.accounts)::bigint as accounts
from figures as g
group by g.currency
