-- step: subscription_totals
-- owner: subscriptions
-- reads: subscriptions_subscription, subscriptions_item, catalog_price, org_currency
-- writes: none
-- why: what the rows of the file became: amounts a period of all agreements, and of those that go on.
with

amounts as (
    select
        p.currency_id as currency,
        s.id as subscription_id,
        s.ends_before,
        sum(round(i.quantity * p.unit_price * 10 ^ c.exponent))::bigint as amount_minor
    from subscriptions_subscription as s
    inner join subscriptions_item as i on i.subscription_id = s.id
    inner join catalog_price as p on p.id = i.price_id
    inner join org_currency as c on c.code = p.currency_id
    where s.id = any(%(subscription_ids)s)
    group by p.currency_id, s.id, s.ends_before
)

select
    a.currency,
    count(*) as subscription_count,
    sum(a.amount_minor)::bigint as amount_minor,
    coalesce(sum(a.amount_minor) filter (where a.ends_before is null), 0)::bigint as active_minor
from amounts as a
group by a.currency
order by a.currency
