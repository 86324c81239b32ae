-- step: share_tax
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_line_tax, run_line, run_slice, run_payer, run_tax_component
-- why: the tax of each line per component: once per rate on the sum of a document's lines, net or gross as prices are; a
-- line's share is the tax on the lines up to it less that on the lines before it, so that the shares add up exactly. By
-- the convention tax_rounding = line each line is rounded. A withheld tax is reckoned on the net.
with

chosen as (
    -- Only slices that chose otherwise than most: the join stays small.
    select s.slice_id, s.tax_prices, s.discount_tax
    from run_slice as s
    where s.tax_prices <> 'exclusive' or s.discount_tax <> 'before_tax'
),

line as (
    select
        l.line_id,
        l.payer_id,
        l.split_key,
        l.account_id,
        l.item_id,
        l.service_from,
        l.kind,
        l.claim_no,
        l.charge_id,
        l.credits_line_no,
        l.tax_code,
        l.tax_percent,
        p.tax_rounding = 'line' and l.exact_amount is null as is_by_line,
        p.rounding = 'line_half_even' as is_half_even,
        coalesce(l.tax_prices, chosen.tax_prices, p.tax_prices) = 'inclusive' as includes_tax,
        coalesce(chosen.discount_tax, p.discount_tax) = 'after_tax' as is_after_tax,
        coalesce(l.exact_amount, l.amount_minor)
        - case
            when coalesce(chosen.discount_tax, p.discount_tax) = 'after_tax' then 0
            else coalesce(l.exact_discount, l.discount_minor)
        end as base
    from run_line as l
    inner join run_payer as p on p.payer_id = l.payer_id
    left join chosen on chosen.slice_id = l.slice_id
    where l.tax_code <> ''
),

taxed as (
    select
        line.*,
        c.component,
        c.percent,
        c.withheld,
        case
            when line.includes_tax then round(
                line.base * c.percent * 1.000000000000000000000000000000 / (100 + line.tax_percent), 20
            )
            else line.base * c.percent * 0.01
        end as exact
    from line
    inner join run_tax_component as c on c.tax_code = line.tax_code and c.tax_percent = line.tax_percent
),

summed as (
    select
        taxed.*,
        sum(case when taxed.is_by_line then 0 else taxed.exact end) over (
            partition by taxed.payer_id, taxed.split_key, taxed.component, taxed.percent
            order by
                taxed.tax_code, taxed.account_id, taxed.item_id, taxed.service_from, taxed.kind, taxed.claim_no,
                taxed.charge_id, taxed.credits_line_no, taxed.line_id
            rows unbounded preceding
        ) as up_to
    from taxed
),

shared as (
    select
        summed.*,
        case when summed.is_by_line then summed.exact else summed.up_to end as high,
        case when summed.is_by_line then 0 else summed.up_to - summed.exact end as low
    from summed
)

insert into run_line_tax
select
    s.line_id,
    s.payer_id,
    s.split_key,
    s.tax_code,
    s.tax_percent,
    s.component,
    s.percent,
    s.withheld,
    s.includes_tax,
    s.is_after_tax,
    s.base,
    case
        when s.is_half_even then
            case
                when mod(abs(round(s.high, 12)), 1) = 0.5 then 2 * round(s.high / 2)
                else round(round(s.high, 12))
            end - case
                when mod(abs(round(s.low, 12)), 1) = 0.5 then 2 * round(s.low / 2)
                else round(round(s.low, 12))
            end
        else round(round(s.high, 12)) - round(round(s.low, 12))
    end as tax_minor
from shared as s
