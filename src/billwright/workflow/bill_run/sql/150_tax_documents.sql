-- step: tax_documents
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_document_tax, run_line, run_payer, run_tax_component
-- why: tax once per rate and component on the sum of the lines of a document, rounded half away from zero; by the
-- convention tax_rounding = line it is the sum of the rounded tax of each line.
with

taxed as (
    select
        l.payer_id,
        l.split_key,
        l.tax_code,
        l.tax_percent,
        p.tax_rounding,
        l.amount_minor - l.discount_minor as net_minor
    from run_line as l
    inner join run_payer as p on p.payer_id = l.payer_id
    where l.tax_code <> ''
),

rate_group as (
    select t.payer_id, t.split_key, t.tax_code, t.tax_percent, sum(t.net_minor) as net_minor
    from taxed as t
    where t.tax_rounding = 'rate_group'
    group by t.payer_id, t.split_key, t.tax_code, t.tax_percent
)

insert into run_document_tax
select
    g.payer_id,
    g.split_key,
    g.tax_code,
    g.tax_percent,
    c.component,
    c.percent,
    g.net_minor,
    round(g.net_minor * c.percent * 0.01) as tax_minor
from rate_group as g
inner join run_tax_component as c on c.tax_code = g.tax_code and c.tax_percent = g.tax_percent
union all
select
    t.payer_id,
    t.split_key,
    t.tax_code,
    t.tax_percent,
    c.component,
    c.percent,
    sum(t.net_minor) as net_minor,
    sum(round(t.net_minor * c.percent * 0.01)) as tax_minor
from taxed as t
inner join run_tax_component as c on c.tax_code = t.tax_code and c.tax_percent = t.tax_percent
where t.tax_rounding = 'line'
group by t.payer_id, t.split_key, t.tax_code, t.tax_percent, c.component, c.percent
