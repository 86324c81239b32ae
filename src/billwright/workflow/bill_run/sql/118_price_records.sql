-- step: price_records
-- owner: rating
-- reads: none
-- writes: none
-- uses: run_line, run_slice, run_record, run_usage, run_payer, run_price, run_tax
-- why: a line per slice of a price that looks at each record: the sum of its records, rounded once (formula 11). Without
-- a meter it follows the days of service like any fee.
with

summed as (
    select r.slice_id, sum(r.amount) filter (where r.rated) as amount, sum(r.billed) filter (where r.rated) as billed
    from run_record as r
    group by r.slice_id
),

priced as (
    select
        s.*,
        p.product_code,
        p.family,
        p.tax_category,
        u.record_count,
        u.digest,
        coalesce(summed.billed, 0) as billed_quantity,
        case p.model when 'PERCENTAGE' then p.percent when 'CALL' then 0 else p.unit_price end as unit_price,
        case when s.kind = 'USAGE' then coalesce(u.quantity, 0) else s.quantity end as units,
        s.scale * coalesce(summed.amount, 0)
        * case when s.kind = 'USAGE' then 1 else s.days end
        * case when s.share_percent = 100 then 1 else s.share_percent * 0.01 end as numerator,
        case when s.kind = 'USAGE' then 1 else s.base_days end::numeric as divisor
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    left join run_usage as u on u.slice_id = s.slice_id
    left join summed on summed.slice_id = s.slice_id
    where s.model in ('PERCENTAGE', 'CALL')
       or (s.model = 'PER_UNIT' and (p.step is not null or p.by_property <> ''))
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
    11 as formula,
    line.units as quantity,
    case when line.billed_quantity <> line.units then line.billed_quantity end as billed_quantity,
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
