-- step: mrr_list
-- owner: reporting
-- reads: accounts_billing_account, catalog_plan, subscriptions_subscription
-- writes: none
-- uses: mrr_unit
-- why: the subscriptions or accounts behind one month's figure, the largest change first, then the largest.
select
    u.legal_entity_id,
    a.id as account_id,
    a.number as account_number,
    s.id as subscription_id,
    coalesce(s.number || ' ' || p.name, a.name) as name,
    u.movement,
    u.currency,
    u.opening_minor,
    u.closing_minor
from mrr_unit as u
left join subscriptions_subscription as s on s.id = u.unit_id and %(by)s = 'subscription'
left join catalog_plan as p on p.id = s.plan_id
inner join accounts_billing_account as a on a.id = coalesce(s.account_id, u.unit_id)
where u.ends_on = %(ends_on)s
  and (%(movement)s = '' or u.movement = %(movement)s)
order by abs(u.closing_minor - u.opening_minor) desc, u.closing_minor desc, u.unit_id
limit %(limit)s
