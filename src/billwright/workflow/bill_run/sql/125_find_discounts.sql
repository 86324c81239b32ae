-- step: find_discounts
-- owner: rating
-- reads: rating_discount, invoicing_line_discount
-- writes: none
-- uses: run_offer, run_line, run_price, run_slice, run_limit, run_payer, run_currency
-- why: which discounts a line of a charge takes, in their order: the most restricted first (charge, plan, subscription,
-- account), among equals the lower position. A discount for N periods counts the periods that it was used in, the
-- earliest first: several missed periods of one run count each.
with

line as (
    select
        l.line_id,
        l.payer_id,
        l.account_id,
        coalesce(l.subscription_id, s.subscription_id, m.subscription_id) as subscription_id,
        l.service_from,
        l.service_to,
        coalesce(l.period_from, s.period_from, l.service_from) as period_from,
        p.plan_id,
        p.plan_charge_id
    from run_line as l
    inner join run_price as p on p.price_id = l.price_id
    left join run_slice as s on s.slice_id = l.slice_id
    left join run_limit as m on l.slice_id is null and m.item_id = l.item_id and m.period_from = l.period_from
        and m.rank = 1 and m.minimum_minor is not null
    where l.kind in ('RECURRING', 'USAGE', 'ONE_OFF', 'MINIMUM') and l.amount_minor > 0 and l.item_id is not null
),

taken as (
    select
        line.*,
        d.id as discount_id,
        d.name,
        d.percent,
        d.amount * currency.scale as amount_minor,
        d.periods
    from line
    inner join rating_discount as d on d.account_id = line.account_id
    inner join run_payer as payer on payer.payer_id = line.payer_id
    inner join run_currency as currency
        on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
    where (d.subscription_id is null or d.subscription_id = line.subscription_id)
      and (d.plan_id is null or d.plan_id = line.plan_id)
      and (d.plan_charge_ids = '{}' or line.plan_charge_id = any(d.plan_charge_ids))
      and (d.percent is not null or d.currency = payer.currency)
      and d.starts_on < line.service_to
      and (d.ends_before is null or d.ends_before > line.service_from)
),

period as (
    select distinct taken.discount_id, taken.period_from
    from taken
    where taken.periods is not null
    union
    select d.discount_id, d.period_from
    from invoicing_line_discount as d
    where d.discount_id in (select taken.discount_id from taken where taken.periods is not null)
),

counted as (
    select p.discount_id, p.period_from, row_number() over (partition by p.discount_id order by p.period_from) as place
    from period as p
)

insert into run_offer
select
    t.line_id,
    t.payer_id,
    dense_rank() over (
        partition by t.payer_id
        order by
            case
                when d.plan_charge_ids <> '{}' then 1
                when d.plan_id is not null then 2
                when d.subscription_id is not null then 3
                else 4
            end,
            d.position, d.id
    ) as place,
    t.discount_id,
    t.name,
    t.percent,
    t.amount_minor,
    t.period_from
from taken as t
inner join rating_discount as d on d.id = t.discount_id
left join counted as c on c.discount_id = t.discount_id and c.period_from = t.period_from
where t.periods is null or c.place <= t.periods
