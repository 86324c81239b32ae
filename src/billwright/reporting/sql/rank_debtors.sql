-- step: rank_debtors
-- owner: reporting
-- reads: receivables_account_sum, receivables_open_change, receivables_open_item, accounts_billing_account
-- writes: none
-- why: one page of accounts or customers by what they owe, the largest first, for a day after which nothing is booked.
--      Who owes as much as we owe them is listed too: items are open.
with

changes as (
    select
        c.account_id,
        c.legal_entity_id,
        c.currency,
        sum(c.open_minor)::bigint as open_minor
    from receivables_open_change as c
    group by c.account_id, c.legal_entity_id, c.currency
),

-- An account may stand here twice, folded and not: its parties' sums are made below.
debts as not materialized (
    select
        s.account_id,
        s.legal_entity_id,
        s.currency,
        s.open_minor,
        s.oldest_due is not null and s.account_id not in (select c.account_id from changes as c) as has_claims
    from receivables_account_sum as s
    where (%(legal_entity_id)s::bigint is null or s.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or s.currency = %(currency)s)
    union all
    select
        c.account_id,
        c.legal_entity_id,
        c.currency,
        c.open_minor,
        exists (
            select 1 from receivables_open_item as i
            where i.account_id = c.account_id and i.open_minor <> 0
        ) as has_claims
    from changes as c
    where (%(legal_entity_id)s::bigint is null or c.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or c.currency = %(currency)s)
),

parties as (
    select
        d.account_id as party_id,
        d.legal_entity_id,
        d.currency,
        sum(d.open_minor)::bigint as open_minor
    from debts as d
    where %(per)s = 'ACCOUNT'
    group by d.account_id, d.legal_entity_id, d.currency
    having sum(d.open_minor) <> 0 or bool_or(d.has_claims)
    union all
    select
        b.customer_id as party_id,
        d.legal_entity_id,
        d.currency,
        sum(d.open_minor)::bigint as open_minor
    from debts as d
    inner join accounts_billing_account as b on d.account_id = b.id
    where %(per)s = 'CUSTOMER'
    group by b.customer_id, d.legal_entity_id, d.currency
    having sum(d.open_minor) <> 0 or bool_or(d.has_claims)
)

select
    p.party_id,
    p.legal_entity_id,
    p.currency
from parties as p
order by p.open_minor desc, p.party_id, p.legal_entity_id, p.currency
offset %(skip)s
limit %(limit)s
