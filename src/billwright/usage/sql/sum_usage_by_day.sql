-- step: sum_usage_by_day
-- owner: usage
-- reads: usage_record, usage_meter
-- writes: none
-- why: what arrived for a subscription, per meter and civil day of its account.
select
    m.code as meter,
    m.unit,
    r.day,
    count(*) as record_count,
    sum(r.quantity) as quantity
from usage_record as r
inner join usage_meter as m on m.id = r.meter_id
where r.subscription_id = %(subscription_id)s and r.day >= %(day_from)s and r.day < %(day_before)s
group by m.code, m.unit, r.day
order by m.code, r.day
