-- step: read_tax_rules
-- owner: catalog
-- reads: catalog_tax_rule, catalog_tax_rate, catalog_tax_code
-- writes: none
-- uses: run_tax, run_entity
-- why: which code and rate an entity charges at the tax point, by treatment and category; percent none: no rate then.
with

rule as (
    select distinct on (r.legal_entity_id, r.tax_treatment, r.tax_category)
        r.legal_entity_id,
        r.tax_treatment,
        r.tax_category,
        r.tax_code_id
    from catalog_tax_rule as r
    inner join run_entity as e on e.legal_entity_id = r.legal_entity_id
    where r.valid_from <= %(document_date)s
    order by r.legal_entity_id, r.tax_treatment, r.tax_category, r.valid_from desc
),

rate as (
    select distinct on (r.tax_code_id, r.component) r.tax_code_id, r.component, r.percent, r.withheld
    from catalog_tax_rate as r
    where r.valid_from <= %(document_date)s
    order by r.tax_code_id, r.component, r.valid_from desc
),

code as (
    select rate.tax_code_id, sum(case when rate.withheld then 0 else rate.percent end) as percent
    from rate
    group by rate.tax_code_id
)

insert into run_tax
select
    rule.legal_entity_id,
    rule.tax_treatment,
    rule.tax_category,
    coalesce(c.code, '') as tax_code,
    case when rule.tax_code_id is null then 0 else code.percent end as percent
from rule
left join catalog_tax_code as c on c.id = rule.tax_code_id
left join code on code.tax_code_id = rule.tax_code_id
