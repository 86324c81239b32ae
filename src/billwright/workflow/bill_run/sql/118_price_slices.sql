-- step: price_slices
-- owner: rating
-- reads: none
-- writes: none
-- uses: run_line, run_slice, run_part, run_record, run_usage, run_payer, run_price, run_tax
-- why: a line per slice, whatever its price: multiplied first, divided once, rounded once, half away from zero or half to
-- even. Flat (formula 1), per unit (2, 8) and package prices (9) take the quantity or the usage total; graduated and
-- volume prices the tiers it reached (10), under the unit price of the highest; prices that look at each record the sum
-- of those (11). Usage is what it is: only fees follow days of service. A window that an earlier end has emptied costs
-- nothing.
with

tiers as (
    select
        p.slice_id,
        sum(p.amount) as amount,
        sum(p.quantity) as quantity,
        (array_agg(p.unit_price order by p.part_no desc))[1] as unit_price
    from run_part as p
    group by p.slice_id
),

records as (
    select
        r.slice_id,
        sum(r.amount) filter (where r.rated) as amount,
        sum(r.billed) filter (where r.rated) as billed
    from run_record as r
    group by r.slice_id
),

measured as (
    select
        s.*,
        p.unit_price,
        p.per,
        p.package_size,
        p.percent,
        p.product_code,
        p.family,
        p.tax_category,
        u.record_count,
        u.digest,
        q.units,
        q.rest,
        case when s.model = 'PACKAGE' then ceil(q.rest / p.package_size) end as package_count,
        case
            when s.model in ('GRADUATED', 'VOLUME') then 'TIERS'
            when s.model in ('PERCENTAGE', 'CALL') or p.step is not null or p.by_property <> '' then 'RECORDS'
            else s.model
        end as way
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    left join run_usage as u on u.slice_id = s.slice_id
    cross join lateral (
        select
            case when s.kind = 'USAGE' then coalesce(u.quantity, 0) else s.quantity end as units,
            greatest(case when s.kind = 'USAGE' then coalesce(u.quantity, 0) else s.quantity end - p.included, 0)
                as rest
    ) as q
    where s.kind <> 'ENDED'
),

priced as (
    select
        m.*,
        case m.way
            when 'TIERS' then coalesce(tiers.quantity, 0)
            when 'RECORDS' then coalesce(records.billed, 0)
            when 'PACKAGE' then m.package_count * m.package_size
            else m.rest
        end as billed_quantity,
        case
            when m.way = 'TIERS' then coalesce(tiers.unit_price, m.unit_price)
            when m.model = 'PERCENTAGE' then m.percent
            when m.model = 'CALL' then 0
            else m.unit_price
        end as shown_price,
        m.scale
        * case m.way
            when 'FLAT' then m.unit_price * (m.service_to > m.service_from)::integer
            when 'PACKAGE' then m.unit_price * m.package_count
            when 'TIERS' then coalesce(tiers.amount, 0)
            when 'RECORDS' then coalesce(records.amount, 0)
            else m.unit_price * m.rest
        end
        * case when m.kind = 'USAGE' then 1 else m.days end
        * case when m.share_percent = 100 then 1 else m.share_percent * 0.01 end as numerator,
        case when m.way = 'PER_UNIT' then m.per else 1 end
        * case when m.kind = 'USAGE' then 1 else m.base_days end as divisor
    from measured as m
    left join tiers on tiers.slice_id = m.slice_id
    left join records on records.slice_id = m.slice_id
    -- Reckoned once, not once for every mention below.
    offset 0
),

line as (
    select
        p.*,
        case
            when p.rounding = 'line_half_even' and 2 * mod(abs(p.numerator), p.divisor) = p.divisor
                then sign(p.numerator) * 2 * div(div(abs(p.numerator), p.divisor) + 1, 2)
            -- div() is exact where numeric division would round first.
            else sign(p.numerator) * div(2 * abs(p.numerator) + p.divisor, 2 * p.divisor)
        end as amount_minor
    from priced as p
    offset 0
)

insert into run_line (
    slice_id, payer_id, split_key, account_id, item_id, kind, text, service_from, service_to, claim_no, price_id,
    formula, quantity, billed_quantity, unit_price, days, base_days, period_from, period_to, share_percent, rounding,
    numerator, divisor, amount_minor, discount_minor, tax_code, tax_percent, family, product_code, clause, usage_count,
    usage_digest
)
select
    line.slice_id,
    line.payer_id,
    '' as split_key,
    line.account_id,
    line.item_id,
    line.kind,
    line.text,
    line.service_from,
    line.service_to,
    line.claim_no,
    line.price_id,
    case
        when line.way = 'TIERS' then 10
        when line.way = 'RECORDS' then 11
        when line.way = 'FLAT' then 1
        when line.way = 'PACKAGE' then 9
        when line.kind = 'USAGE' or line.per <> 1 or line.rest <> line.units then 8
        else 2
    end as formula,
    line.units as quantity,
    case when line.model <> 'FLAT' and line.billed_quantity <> line.units then line.billed_quantity end
        as billed_quantity,
    line.shown_price as unit_price,
    line.days,
    line.base_days,
    case when line.service_from <> line.period_from or line.kind = 'USAGE' then line.period_from end as period_from,
    case when line.service_to <> line.period_to or line.kind = 'USAGE' then line.period_to end as period_to,
    case when line.share_percent <> 100 then line.share_percent end as share_percent,
    case when line.rounding <> 'line_half_up' then line.rounding end as rounding,
    line.numerator,
    line.divisor,
    line.amount_minor,
    0 as discount_minor,
    case when line.tax_category = 'NONE' then '' else tax.tax_code end as tax_code,
    case when line.tax_category = 'NONE' then 0 else tax.percent end as tax_percent,
    line.family,
    line.product_code,
    line.clause,
    coalesce(line.record_count, 0) as usage_count,
    line.digest as usage_digest
from line
inner join run_payer as payer on payer.payer_id = line.payer_id
left join run_tax as tax
    on tax.legal_entity_id = line.legal_entity_id
    and tax.tax_treatment = payer.tax_treatment
    and tax.tax_category = line.tax_category
where line.amount_minor <> 0
   or line.zero_lines = 'keep'
   or (line.rounding = 'sum_then_round' and line.numerator <> 0)
