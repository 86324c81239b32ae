-- step: party_names
-- owner: reporting
-- reads: accounts_billing_account, accounts_customer
-- writes: none
-- why: number and name of the accounts, or names of the customers, that a report lists.
select
    b.id,
    b.number,
    coalesce(nullif(b.name, ''), c.name) as name
from accounts_billing_account as b
inner join accounts_customer as c on b.customer_id = c.id
where %(per)s = 'ACCOUNT' and b.id = any(%(party_ids)s::bigint[])
union all
select
    c.id,
    '' as number,
    c.name
from accounts_customer as c
where %(per)s = 'CUSTOMER' and c.id = any(%(party_ids)s::bigint[])
