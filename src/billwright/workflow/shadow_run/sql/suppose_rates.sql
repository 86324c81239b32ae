-- step: suppose_rates
-- owner: catalog
-- reads: none
-- writes: none
-- uses: run_tax
-- why: the second draft charges another rate under a tax code.
update run_tax as t
set percent = (%(rates)s::jsonb ->> t.tax_code)::numeric
where %(rates)s::jsonb ->> t.tax_code is not null
