-- step: read_old_tax_components
-- owner: invoicing
-- reads: invoicing_invoice_tax
-- writes: none
-- uses: run_tax_component, run_line
-- why: a credit carries the rate of the line it credits, whatever the rate is today; its components stand on that
-- document.
with

old as (
    select distinct l.credits_invoice_id, l.tax_code, l.tax_percent
    from run_line as l
    where l.credits_invoice_id is not null and l.tax_code <> ''
)

insert into run_tax_component
select distinct old.tax_code, old.tax_percent, t.component, t.percent, t.withheld
from old
cross join lateral (
    select t.component, t.percent, t.withheld
    from invoicing_invoice_tax as t
    where t.invoice_id = old.credits_invoice_id and t.tax_code = old.tax_code
    offset 0
) as t
where not exists (
    select 1
    from run_tax_component as c
    where c.tax_code = old.tax_code and c.tax_percent = old.tax_percent
)
