-- step: tax_documents
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_document_tax, run_line, run_tax_component
-- why: tax once per rate and component on the sum of the lines of a document, rounded half away from zero.
with

taxed as (
    select
        l.payer_id,
        l.split_key,
        l.tax_code,
        l.tax_percent,
        sum(l.amount_minor - l.discount_minor) as net_minor
    from run_line as l
    where l.tax_code <> ''
    group by l.payer_id, l.split_key, l.tax_code, l.tax_percent
)

insert into run_document_tax
select
    taxed.payer_id,
    taxed.split_key,
    taxed.tax_code,
    taxed.tax_percent,
    c.component,
    c.percent,
    taxed.net_minor,
    round(taxed.net_minor * c.percent * 0.01) as tax_minor
from taxed
inner join run_tax_component as c on c.tax_code = taxed.tax_code and c.tax_percent = taxed.tax_percent
