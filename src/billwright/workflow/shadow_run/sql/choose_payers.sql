-- step: choose_payers
-- owner: accounts
-- reads: accounts_billing_account
-- writes: none
-- uses: run_chosen
-- why: whose drafts are compared: the payers of this range that the run is asked for.
insert into run_chosen
select a.id as payer_id
from accounts_billing_account as a
where a.id >= %(payer_from)s
  and a.id < %(payer_before)s
  and (%(legal_entity_id)s::bigint is null or a.legal_entity_id = %(legal_entity_id)s)
  and (%(payer_ids)s::bigint[] is null or a.id = any(%(payer_ids)s::bigint[]))
