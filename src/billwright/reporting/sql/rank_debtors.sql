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

debts as (
    select
        s.account_id,
        s.legal_entity_id,
        s.currency,
        s.open_minor + coalesce(c.open_minor, 0) as open_minor,
        s.oldest_due is not null and c.account_id is null as has_claims
    from receivables_account_sum as s
    left join changes as c on s.account_id = c.account_id
    union all
    select
        c.account_id,
        c.legal_entity_id,
        c.currency,
        c.open_minor,
        false as has_claims
    from changes as c
    where not exists (select 1 from receivables_account_sum as s where s.account_id = c.account_id)
),

debtors as (
    select
        d.account_id,
        d.legal_entity_id,
        d.currency,
        d.open_minor
    from debts as d
    where (%(legal_entity_id)s::bigint is null or d.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or d.currency = %(currency)s)
        and (
            d.open_minor <> 0
            or d.has_claims
            or exists (
                select 1 from receivables_open_item as i
                where i.account_id = d.account_id and i.open_minor <> 0
            )
        )
),

parties as (
    select
        d.account_id as party_id,
        d.legal_entity_id,
        d.currency,
        d.open_minor
    from debtors as d
    where %(per)s = 'ACCOUNT'
    union all
    select
        b.customer_id as party_id,
        d.legal_entity_id,
        d.currency,
        sum(d.open_minor)::bigint as open_minor
    from debtors as d
    inner join accounts_billing_account as b on d.account_id = b.id
    where %(per)s = 'CUSTOMER'
    group by b.customer_id, d.legal_entity_id, d.currency
)

select
    p.party_id,
    p.legal_entity_id,
    p.currency
from parties as p
order by p.open_minor desc, p.party_id, p.legal_entity_id, p.currency
offset %(skip)s
limit %(limit)s
