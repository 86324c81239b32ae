-- step: read_tax_components
-- owner: catalog
-- reads: catalog_tax_rate, catalog_tax_code
-- writes: none
-- uses: run_tax_component
-- why: a code may have several components (central and state tax); each is rounded and posted on its own.
with

rate as (
    select distinct on (r.tax_code_id, r.component) r.tax_code_id, r.component, r.percent, r.withheld
    from catalog_tax_rate as r
    where r.valid_from <= %(document_date)s
    order by r.tax_code_id, r.component, r.valid_from desc
)

insert into run_tax_component
select
    c.code as tax_code,
    sum(case when rate.withheld then 0 else rate.percent end) over (partition by c.code) as tax_percent,
    rate.component,
    rate.percent,
    rate.withheld
from rate
inner join catalog_tax_code as c on c.id = rate.tax_code_id
