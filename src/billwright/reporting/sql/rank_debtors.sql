-- step: rank_debtors
-- owner: reporting
-- reads: receivables_account_sum, receivables_open_change, receivables_open_item, accounts_billing_account
-- writes: none
-- why: one page of accounts or customers by what they owe, the largest first, for a day after which nothing is booked.
--      Who owes as much as we owe them is listed too: items are open. Most customers have one account, whose debt is
--      theirs: only the accounts of the others are added up.
with

changes as materialized (
    select
        c.account_id,
        sum(c.open_minor)::bigint as open_minor
    from receivables_open_change as c
    group by c.account_id
),

debts as not materialized (
    select
        s.account_id,
        s.legal_entity_id,
        s.currency,
        s.open_minor,
        s.oldest_due is not null as has_claims
    from receivables_account_sum as s
    where s.account_id not in (select c.account_id from changes as c)
        and (%(legal_entity_id)s::bigint is null or s.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or s.currency = %(currency)s)
        and (s.open_minor <> 0 or s.oldest_due is not null)
),

changed as materialized (
    select
        b.id as account_id,
        b.customer_id,
        b.legal_entity_id,
        b.currency_id as currency,
        c.open_minor + coalesce(s.open_minor, 0) as open_minor
    from changes as c
    inner join accounts_billing_account as b on c.account_id = b.id
    left join receivables_account_sum as s on c.account_id = s.account_id
    where (%(legal_entity_id)s::bigint is null or b.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or b.currency_id = %(currency)s)
        and exists (
            select 1
            from receivables_open_item as i
            where i.account_id = c.account_id and i.open_minor <> 0
        )
),

-- Those of one debt stay together, so that no page cuts between them: the page orders them by their parties. They are
-- read in the order of an index until there are enough.
first_accounts as (
    select d.*
    from debts as d
    where %(per)s = 'ACCOUNT'
    order by d.open_minor desc
    fetch first coalesce(%(skip)s + %(limit)s::bigint, 9223372036854775807) rows with ties
),

alone as (
    select
        b.customer_id,
        d.legal_entity_id,
        d.currency,
        d.open_minor
    from debts as d
    inner join accounts_billing_account as b on d.account_id = b.id
    where %(per)s = 'CUSTOMER'
        -- Asked of one account after another, until there are enough.
        and (
            select count(*)
            from accounts_billing_account as o
            where o.customer_id = b.customer_id
        ) = 1
    order by d.open_minor desc
    fetch first coalesce(%(skip)s + %(limit)s::bigint, 9223372036854775807) rows with ties
),

shared as materialized (
    select
        b.id as account_id,
        b.customer_id
    from accounts_billing_account as b
    where %(per)s = 'CUSTOMER'
        and b.customer_id in (
            select o.customer_id
            from accounts_billing_account as o
            group by o.customer_id
            having count(*) > 1
        )
),

parties as (
    select
        f.account_id as party_id,
        f.legal_entity_id,
        f.currency,
        f.open_minor
    from first_accounts as f
    union all
    select
        a.customer_id as party_id,
        a.legal_entity_id,
        a.currency,
        a.open_minor
    from alone as a
    union all
    select
        case %(per)s when 'ACCOUNT' then c.account_id else c.customer_id end as party_id,
        c.legal_entity_id,
        c.currency,
        c.open_minor
    from changed as c
    where %(per)s = 'ACCOUNT' or c.account_id not in (select h.account_id from shared as h)
    union all
    select
        m.customer_id as party_id,
        m.legal_entity_id,
        m.currency,
        sum(m.open_minor)::bigint as open_minor
    from (
        select
            h.customer_id,
            d.legal_entity_id,
            d.currency,
            d.open_minor
        from shared as h
        inner join debts as d on h.account_id = d.account_id
        union all
        select
            c.customer_id,
            c.legal_entity_id,
            c.currency,
            c.open_minor
        from shared as h
        inner join changed as c on h.account_id = c.account_id
    ) as m
    group by m.customer_id, m.legal_entity_id, m.currency
)

select
    p.party_id,
    p.legal_entity_id,
    p.currency
from parties as p
order by p.open_minor desc, p.party_id, p.legal_entity_id, p.currency
offset %(skip)s
limit %(limit)s
