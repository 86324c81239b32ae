-- step: price_quantities
-- owner: rating
-- reads: none
-- writes: none
-- uses: run_line, run_slice, run_usage, run_payer, run_price, run_tax
-- why: flat, per unit and package prices of a quantity or of a usage total (formulas 1, 2, 8 and 9): multiplied first,
-- divided once, rounded once, half away from zero or half to even. Usage is what it is: only fees follow days of service.
-- A window that an earlier end has emptied costs nothing. div() is exact where numeric division would round first.
with

measured as (
    select
        s.*,
        p.unit_price,
        p.per,
        p.package_size,
        p.product_code,
        p.family,
        p.tax_category,
        u.record_count,
        u.digest,
        case when s.kind = 'USAGE' then coalesce(u.quantity, 0) else s.quantity end as units,
        greatest(case when s.kind = 'USAGE' then coalesce(u.quantity, 0) else s.quantity end - p.included, 0) as rest
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    left join run_usage as u on u.slice_id = s.slice_id
    where s.model in ('FLAT', 'PER_UNIT', 'PACKAGE') and p.step is null and p.by_property = ''
),

billed as (
    select
        m.*,
        case m.model
            when 'PACKAGE' then ceil(m.rest / m.package_size) * m.package_size
            else m.rest
        end as billed_quantity
    from measured as m
),

priced as (
    select
        b.*,
        b.scale * b.unit_price
        * case b.model
            when 'FLAT' then (b.service_to > b.service_from)::integer
            when 'PACKAGE' then ceil(b.rest / b.package_size)
            else b.billed_quantity
        end
        * case when b.kind = 'USAGE' then 1 else b.days end
        * case when b.share_percent = 100 then 1 else b.share_percent * 0.01 end as numerator,
        case when b.model = 'PER_UNIT' then b.per else 1 end
        * case when b.kind = 'USAGE' then 1 else b.base_days end as divisor
    from billed as b
    -- Reckoned once, not once for every mention below.
    offset 0
),

line as (
    select
        p.*,
        case
            when p.rounding = 'line_half_even' and 2 * mod(abs(p.numerator), p.divisor) = p.divisor
                then sign(p.numerator) * 2 * div(div(abs(p.numerator), p.divisor) + 1, 2)
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
        when line.model = 'FLAT' then 1
        when line.model = 'PACKAGE' then 9
        when line.kind = 'USAGE' or line.per <> 1 or line.rest <> line.units then 8
        else 2
    end as formula,
    line.units as quantity,
    case when line.model <> 'FLAT' and line.billed_quantity <> line.units then line.billed_quantity end
        as billed_quantity,
    line.unit_price,
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
