-- step: tax_documents
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_document_tax, run_line_tax
-- why: the tax of a document per code and component, and what it is reckoned on: the net of its lines, or what a
-- discount after tax leaves untouched.
with

charged as (
    select t.line_id, sum(t.tax_minor) as tax_minor
    from run_line_tax as t
    where t.includes_tax and not t.withheld
    group by t.line_id
)

insert into run_document_tax
select
    t.payer_id,
    t.split_key,
    t.tax_code,
    t.tax_percent,
    t.component,
    t.percent,
    round(round(sum(t.base), 12)) - coalesce(sum(charged.tax_minor), 0) as net_minor,
    sum(t.tax_minor) as tax_minor,
    t.withheld
from run_line_tax as t
left join charged on charged.line_id = t.line_id
group by t.payer_id, t.split_key, t.tax_code, t.tax_percent, t.component, t.percent, t.withheld
