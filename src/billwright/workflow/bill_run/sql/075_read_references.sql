-- step: read_references
-- owner: subscriptions
-- reads: subscriptions_subscription
-- writes: none
-- uses: run_reference, run_account
-- why: the few subscriptions with a purchase order or a cost centre of their own, by an index that holds no others.
insert into run_reference
select s.id as subscription_id, s.purchase_order, s.cost_center
from subscriptions_subscription as s
inner join run_account as a on a.account_id = s.account_id
where not (s.cost_center = '' and s.purchase_order = '')
