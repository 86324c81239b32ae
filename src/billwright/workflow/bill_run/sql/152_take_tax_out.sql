-- step: take_tax_out
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_line, run_line_tax
-- why: prices that include tax become amounts without it: net = gross - tax; the amount and the discount as they were
-- priced are kept beside them.
with

charged as (
    select
        t.line_id,
        bool_or(t.is_after_tax) as is_after_tax,
        sum(case when t.withheld then 0 else t.tax_minor end) as tax_minor
    from run_line_tax as t
    where t.includes_tax
    group by t.line_id
),

line as (
    select
        l.line_id,
        l.amount_minor - l.discount_minor - c.tax_minor as net_minor,
        case
            when c.is_after_tax then l.discount_minor
            else round(l.discount_minor * 100 / (100 + l.tax_percent))
        end as discount_minor,
        case
            when c.is_after_tax then l.exact_discount
            else l.exact_discount * 100 / (100 + l.tax_percent)
        end as exact_discount,
        case
            when c.is_after_tax then l.exact_amount - l.exact_amount * l.tax_percent / (100 + l.tax_percent)
            else l.exact_amount * 100 / (100 + l.tax_percent)
        end as exact_amount,
        l.amount_minor as gross_minor,
        l.discount_minor as gross_discount_minor
    from run_line as l
    inner join charged as c on c.line_id = l.line_id
)

update run_line
set
    amount_minor = line.net_minor + line.discount_minor,
    discount_minor = line.discount_minor,
    exact_amount = line.exact_amount,
    exact_discount = line.exact_discount,
    gross_minor = line.gross_minor,
    gross_discount_minor = line.gross_discount_minor
from line
where run_line.line_id = line.line_id
