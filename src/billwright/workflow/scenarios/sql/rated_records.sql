-- step: rated_records
-- owner: rating
-- reads: rating_rated_record, usage_record, usage_meter, subscriptions_item, subscriptions_subscription
-- writes: none
-- why: what every record came to in the last bill that rated it.
select
    u.key,
    s.number as subscription,
    m.code as meter,
    u.quantity,
    r.billed_quantity,
    r.amount,
    r.is_rated,
    r.prefix,
    r.parts::text
from (
    select distinct on (t.item_id, t.record_id) t.*
    from rating_rated_record as t
    order by t.item_id, t.record_id, t.claim_no desc
) as r
inner join usage_record as u on u.id = r.record_id
inner join usage_meter as m on m.id = u.meter_id
inner join subscriptions_item as i on i.id = r.item_id
inner join subscriptions_subscription as s on s.id = i.subscription_id
order by r.record_id, r.item_id
