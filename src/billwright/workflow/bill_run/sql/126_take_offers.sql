-- step: take_offers
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_line_discount, run_offer, run_line
-- needs: run_offer
-- why: discounts one after another, each of what the earlier ones left: a percentage of the line, or an amount a period,
-- spread over what is left of its lines in proportion, as if none were a part period, and then prorated with the line.
-- None takes a line below zero. Where only the document is rounded, a discount is not rounded either.
with recursive

line as (
    select
        l.line_id,
        l.payer_id,
        row_number() over (order by l.account_id, l.item_id, l.service_from, l.kind, l.line_id) as line_place,
        case
            when l.rounding = 'sum_then_round' and l.divisor is not null
                then round(l.numerator * 1.000000000000000000000000000000 / l.divisor, 20)
            else l.amount_minor
        end - coalesce(capped.amount_minor, 0) as left_minor,
        l.rounding = 'sum_then_round' and l.divisor is not null as is_exact,
        case when l.kind = 'RECURRING' and l.days > 0 then l.days else 1 end::numeric as days,
        case when l.kind = 'RECURRING' and l.days > 0 then l.base_days else 1 end::numeric as base_days
    from run_line as l
    left join (
        select d.line_id, sum(d.amount_minor) as amount_minor
        from run_line_discount as d
        group by d.line_id
    ) as capped on capped.line_id = l.line_id
    where l.line_id in (select o.line_id from run_offer as o)
),

last as (
    select o.payer_id, max(o.place) as place
    from run_offer as o
    group by o.payer_id
),

taken as (
    select
        line.line_id,
        line.payer_id,
        line.line_place,
        line.is_exact,
        line.days,
        line.base_days,
        0::bigint as place,
        line.left_minor::numeric as left_minor,
        0::numeric as off_minor
    from line
    union all
    select
        w.line_id,
        w.payer_id,
        w.line_place,
        w.is_exact,
        w.days,
        w.base_days,
        w.place,
        w.left_minor - w.off_minor as left_minor,
        w.off_minor
    from (
        select
            wished.*,
            case
                when wished.is_exact then least(wished.left_minor, wished.wish_minor)
                when wished.percent is not null then least(wished.left_minor, round(wished.wish_minor))
                else least(
                    wished.left_minor,
                    round(round(sum(wished.wish_minor) over up_to, 12))
                    - round(round(sum(wished.wish_minor) over up_to - wished.wish_minor, 12))
                )
            end as off_minor
        from (
            select
                t.line_id,
                t.payer_id,
                t.line_place,
                t.is_exact,
                t.days,
                t.base_days,
                t.place + 1 as place,
                t.left_minor,
                o.discount_id,
                o.period_from,
                o.percent,
                coalesce(case
                    -- LEAST ignores NULL: a line without this discount would lose all.
                    when o.discount_id is null then 0
                    when o.percent is not null then t.left_minor * o.percent * 0.01
                    else least(
                        t.left_minor,
                        o.amount_minor * t.left_minor
                        / nullif(sum(t.left_minor * t.base_days / t.days) over (
                            partition by t.payer_id, o.discount_id, o.period_from
                        ), 0)
                    )
                end, 0) as wish_minor
            from taken as t
            inner join last on last.payer_id = t.payer_id and t.place < last.place
            left join run_offer as o on o.line_id = t.line_id and o.place = t.place + 1
        ) as wished
        window up_to as (
            partition by wished.payer_id, wished.discount_id, wished.period_from
            order by wished.line_place
            rows unbounded preceding
        )
    ) as w
)

insert into run_line_discount (line_id, discount_id, name, percent, amount_minor, period_from)
select
    t.line_id,
    o.discount_id,
    o.name,
    o.percent,
    t.off_minor as amount_minor,
    o.period_from
from taken as t
inner join run_offer as o on o.line_id = t.line_id and o.place = t.place
where t.off_minor > 0
order by t.place, t.line_place
