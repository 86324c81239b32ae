-- step: bank_account_entities
-- owner: payments
-- reads: org_own_bank_account
-- writes: none
-- why: money that reached the bank account of one entity cannot be booked in another's books.
select
    b.id,
    b.legal_entity_id
from org_own_bank_account as b
where b.id = any(%(bank_account_ids)s)
