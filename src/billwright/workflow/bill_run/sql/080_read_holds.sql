-- step: read_holds
-- owner: subscriptions
-- reads: subscriptions_billing_hold
-- writes: none
-- uses: run_hold, run_account
-- why: what is held waits for the run after its release; it is not lost.
insert into run_hold
select h.account_id, h.subscription_id, h.id as hold_id
from subscriptions_billing_hold as h
inner join run_account as a on a.account_id = h.account_id
where h.released_at is null
  and h.valid_from <= a.day
  and (h.valid_until is null or h.valid_until > a.day)
