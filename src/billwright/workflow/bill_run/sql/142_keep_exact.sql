-- step: keep_exact
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_line
-- why: by the convention rounding = sum_then_round a line keeps what it exactly comes to; in minor units it is the
-- rounded sum up to it less the rounded sum before it, so that the document alone is rounded. Halves are
-- looked for at 12 places, far from where 20 places lose anything.
with

document as (
    select distinct l.payer_id, l.split_key
    from run_line as l
    where l.rounding = 'sum_then_round'
),

exact as (
    select
        l.line_id,
        l.rounding = 'sum_then_round' as is_exact,
        case
            when l.rounding = 'sum_then_round' and l.kind <> 'CORRECTION' and l.divisor is not null
                then round(l.numerator * 1.000000000000000000000000000000 / l.divisor, 20)
            else l.amount_minor
        end as amount,
        coalesce(l.exact_discount, l.discount_minor) as discount,
        l.payer_id,
        l.split_key,
        row_number() over (order by l.account_id, l.item_id, l.service_from, l.kind, l.charge_id, l.line_id)
            as line_place
    from run_line as l
    inner join document as d on d.payer_id = l.payer_id and d.split_key = l.split_key
),

summed as (
    select
        e.*,
        sum(e.amount - e.discount) over up_to as net_up_to,
        sum(e.discount) over up_to as discount_up_to
    from exact as e
    window up_to as (partition by e.payer_id, e.split_key order by e.line_place rows unbounded preceding)
),

whole as (
    select
        s.*,
        round(round(s.discount_up_to, 12)) - round(round(s.discount_up_to - s.discount, 12)) as discount_minor,
        round(round(s.net_up_to, 12)) - round(round(s.net_up_to - s.amount + s.discount, 12)) as net_minor
    from summed as s
)

update run_line
set
    exact_amount = whole.amount,
    exact_discount = whole.discount,
    amount_minor = whole.net_minor + whole.discount_minor,
    discount_minor = whole.discount_minor
from whole
where run_line.line_id = whole.line_id and whole.is_exact
