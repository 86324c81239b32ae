-- step: find_changes
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_draft_change, run_draft, run_draft_total
-- why: why the drafts of a charge differ, by the causes of bill_compare: one factor at a time, price, then quantity or
-- usage, then the share of the period, rounded as a line is, what rounding leaves to the last that changed; then
-- discount and tax. Fractions are compared and multiplied whole and divided once, so that the cents are the same.
with

charge as (
    select
        d.payer_id,
        d.account_id,
        d.currency,
        d.charge_key,
        (array_agg(d.text order by d.side desc, d.line_no))[1] as what,
        count(*) filter (where d.side = 'A' and d.kind in ('RECURRING', 'USAGE')) as first_regular,
        count(*) filter (where d.side = 'B' and d.kind in ('RECURRING', 'USAGE')) as second_regular,
        sum(d.sign * d.amount_minor) filter (where d.kind in ('RECURRING', 'USAGE')) as regular_minor,
        sum(d.sign * d.amount_minor) filter (where d.kind = 'CORRECTION') as correction_minor,
        sum(d.sign * d.amount_minor) filter (where d.kind not in ('RECURRING', 'USAGE', 'CORRECTION'))
            as one_off_minor,
        sum(d.sign * d.discount_minor) as discount_minor,
        sum(d.sign * d.tax_minor) as tax_minor,
        max(d.line_no) filter (where d.side = 'A' and d.kind in ('RECURRING', 'USAGE')) as first_line,
        max(d.line_no) filter (where d.side = 'B' and d.kind in ('RECURRING', 'USAGE')) as second_line
    from (select r.*, case r.side when 'B' then 1 else -1 end as sign from run_draft as r) as d
    group by d.payer_id, d.account_id, d.currency, d.charge_key
),

pair as (
    select
        charge.payer_id,
        charge.account_id,
        charge.currency,
        charge.charge_key,
        charge.what,
        a.amount_minor as start_minor,
        b.amount_minor as end_minor,
        case when 'USAGE' in (a.kind, b.kind) then 'usage' else 'quantity' end as counted,
        a.formula in (1, 2, 8) and b.formula in (1, 2, 8) as is_product,
        a.price_id is distinct from b.price_id and a.quantity = b.quantity as is_other_price,
        a.quantity as first_entered,
        b.quantity as second_entered,
        a.unit_price as first_price,
        case when a.formula = 1 then 1 else a.per end as first_per,
        case when a.formula = 1 then 1 else coalesce(a.billed_quantity, a.quantity) end as first_quantity,
        case when a.kind = 'USAGE' then 1 else a.days end * a.share_percent as first_share,
        case when a.kind = 'USAGE' then 1 else a.base_days end * 100 as first_whole,
        b.unit_price as second_price,
        case when b.formula = 1 then 1 else b.per end as second_per,
        case when b.formula = 1 then 1 else coalesce(b.billed_quantity, b.quantity) end as second_quantity,
        case when b.kind = 'USAGE' then 1 else b.days end * b.share_percent as second_share,
        case when b.kind = 'USAGE' then 1 else b.base_days end * 100 as second_whole,
        b.scale * case when coalesce(b.gross_minor, 0) = 0 then 1 else b.amount_minor end as minor_over,
        case when coalesce(b.gross_minor, 0) = 0 then 1 else b.gross_minor end as minor_under
    from charge
    inner join run_draft as a
        on a.side = 'A' and a.payer_id = charge.payer_id and a.line_no = charge.first_line
    inner join run_draft as b
        on b.side = 'B' and b.payer_id = charge.payer_id and b.line_no = charge.second_line
    where charge.first_regular = 1 and charge.second_regular = 1
),

moved as (
    select
        pair.*,
        pair.first_price * pair.second_per <> pair.second_price * pair.first_per as price_moved,
        pair.first_quantity <> pair.second_quantity as quantity_moved,
        pair.first_share * pair.second_whole <> pair.second_share * pair.first_whole as share_moved,
        pair.second_price * pair.first_quantity * pair.first_share * pair.minor_over as at_price_over,
        abs(pair.second_per * pair.first_whole * pair.minor_under) as at_price_under,
        pair.second_price * pair.second_quantity * pair.first_share * pair.minor_over as at_quantity_over,
        sign(pair.minor_under) as minor_sign
    from pair
),

reached as (
    select
        moved.*,
        moved.minor_sign * sign(moved.at_price_over)
        * div(2 * abs(moved.at_price_over) + moved.at_price_under, 2 * moved.at_price_under) as at_price,
        moved.minor_sign * sign(moved.at_quantity_over)
        * div(2 * abs(moved.at_quantity_over) + moved.at_price_under, 2 * moved.at_price_under) as at_quantity
    from moved
),

stepped as (
    select
        reached.*,
        case
            when not reached.price_moved and (reached.quantity_moved or reached.share_moved) then reached.start_minor
            when reached.quantity_moved or reached.share_moved then reached.at_price
            else reached.end_minor
        end as after_price,
        case
            when reached.share_moved and reached.quantity_moved then reached.at_quantity
            when not reached.share_moved then reached.end_minor
        end as after_quantity
    from reached
),

found as (
    select
        s.payer_id, s.account_id, s.currency, s.charge_key, s.what, change.cause, change.amount_minor, change.before,
        change.after
    from stepped as s
    cross join lateral (
        select
            'price' as cause,
            s.after_price - s.start_minor as amount_minor,
            case when s.price_moved then trim_scale(round(s.first_price / s.first_per, 12))::text else '' end as before,
            case when s.price_moved then trim_scale(round(s.second_price / s.second_per, 12))::text else '' end as after
        where s.is_product
        union all
        select
            s.counted,
            coalesce(s.after_quantity, s.after_price) - s.after_price,
            trim_scale(s.first_quantity)::text,
            trim_scale(s.second_quantity)::text
        where s.is_product
        union all
        select
            'proration',
            s.end_minor - coalesce(s.after_quantity, s.after_price),
            trim_scale(s.first_share / gcd(s.first_share, s.first_whole))::text
            || coalesce('/' || trim_scale(nullif(s.first_whole / gcd(s.first_share, s.first_whole), 1))::text, ''),
            trim_scale(s.second_share / gcd(s.second_share, s.second_whole))::text
            || coalesce('/' || trim_scale(nullif(s.second_whole / gcd(s.second_share, s.second_whole), 1))::text, '')
        where s.is_product
        union all
        select
            case when s.is_other_price then 'price' else s.counted end,
            s.end_minor - s.start_minor,
            trim_scale(s.first_entered)::text,
            trim_scale(s.second_entered)::text
        where not s.is_product
    ) as change
    union all
    select
        c.payer_id, c.account_id, c.currency, c.charge_key, c.what, change.cause, change.amount_minor, '' as before,
        '' as after
    from charge as c
    cross join lateral (
        select
            case
                when c.first_regular = 0 then 'new'
                when c.second_regular = 0 then 'missing'
                else 'period'
            end as cause,
            c.regular_minor as amount_minor
        where c.first_regular <> 1 or c.second_regular <> 1
        union all
        select 'proration', c.correction_minor
        union all
        select 'one_off', c.one_off_minor
        union all
        select 'discount', -c.discount_minor
        union all
        select 'tax', c.tax_minor
    ) as change
    union all
    select
        t.payer_id, t.payer_id, t.currency, '', '', 'tax',
        -sum(case t.side when 'B' then t.withheld_minor else -t.withheld_minor end), '', ''
    from run_draft_total as t
    group by t.payer_id, t.currency
)

insert into run_draft_change
select
    found.payer_id,
    found.account_id,
    found.currency,
    found.charge_key,
    found.what,
    found.cause,
    found.amount_minor,
    found.before,
    found.after
from found
where found.amount_minor <> 0
