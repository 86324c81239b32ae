-- step: account_facts
-- owner: payments
-- reads: accounts_billing_account
-- writes: none
-- why: whose books and which currency a receipt belongs to, for a whole batch at once.
select
    a.id,
    a.legal_entity_id,
    a.currency_id
from accounts_billing_account as a
where a.id = any(%(account_ids)s)
