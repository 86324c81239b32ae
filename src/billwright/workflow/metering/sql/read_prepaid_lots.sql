-- step: read_prepaid_lots
-- owner: rating
-- reads: rating_prepaid_lot, rating_prepaid_draw
-- writes: none
-- why: the lots of some subscriptions, what is left of each, and what each period drew on it before.
select
    l.subscription_id,
    l.meter,
    l.id,
    l.granted_on,
    l.expires_on,
    l.units - coalesce(drawn.units, 0) as left_units,
    coalesce(drawn.periods, '[]'::jsonb)::text as periods
from rating_prepaid_lot as l
left join lateral (
    select
        sum(p.units) as units,
        jsonb_agg(jsonb_build_array(p.item_id, p.period_from, trim_scale(p.units)::text)) as periods
    from (
        select d.item_id, d.period_from, sum(d.units) as units
        from rating_prepaid_draw as d
        where d.lot_id = l.id
        group by d.item_id, d.period_from
    ) as p
) as drawn on true
where l.subscription_id = any(%(subscription_ids)s::bigint[])
order by l.id
