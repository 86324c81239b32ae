-- step: suppose_components
-- owner: catalog
-- reads: none
-- writes: none
-- uses: run_tax_component
-- why: the parts of a supposed rate keep their proportions; a tax that is withheld is a rate of its own and stays.
update run_tax_component as c
set tax_percent = (%(rates)s::jsonb ->> c.tax_code)::numeric,
    percent = case
        when c.withheld then c.percent
        when c.tax_percent = 0 then (%(rates)s::jsonb ->> c.tax_code)::numeric
        else c.percent * (%(rates)s::jsonb ->> c.tax_code)::numeric / c.tax_percent
    end
where %(rates)s::jsonb ->> c.tax_code is not null
