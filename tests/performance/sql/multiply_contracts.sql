-- %(contracts)s subscriptions like the one that is there, each with its own quantity.
insert into subscriptions_subscription (
    number, account_id, plan_id, state, quantity, description, reference, ordered_on, starts_on, version, created_at
)
select
    'N-' || n, s.account_id, s.plan_id, s.state, 1 + n %% 997, '', '', s.ordered_on, s.starts_on, 1, s.created_at
from subscriptions_subscription as s
cross join generate_series(2, %(contracts)s) as n;

insert into subscriptions_item (
    account_id, payer_id, subscription_id, plan_charge_id, price_id, grid_id, quantity, effective_from
)
select i.account_id, i.payer_id, s.id, i.plan_charge_id, i.price_id, i.grid_id, s.quantity, i.effective_from
from subscriptions_subscription as s
cross join subscriptions_item as i
where s.number like 'N-%%';

insert into subscriptions_billing_mark (payer_id, item_id, billed_through, claim_no)
select i.payer_id, i.id, i.effective_from, 0
from subscriptions_item as i
where not exists (select 1 from subscriptions_billing_mark as m where m.item_id = i.id);

analyze subscriptions_item, subscriptions_subscription, subscriptions_billing_mark
