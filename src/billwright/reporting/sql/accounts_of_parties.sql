-- step: accounts_of_parties
-- owner: reporting
-- reads: accounts_billing_account
-- writes: none
-- why: the accounts of the customers on one page of a report, so that only their items are laid out.
select b.id
from accounts_billing_account as b
where b.customer_id = any(%(party_ids)s::bigint[])
    and (%(account_ids)s::bigint[] is null or b.id = any(%(account_ids)s::bigint[]))
order by b.id
