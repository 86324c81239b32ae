-- step: number_lines
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_share, run_line, run_document, run_line_tax
-- why: the place of each line on its document, and its tax over all components that are charged.
with

tax as (
    select t.line_id, sum(t.tax_minor) as tax_minor
    from run_line_tax as t
    where not t.withheld
    group by t.line_id
)

insert into run_share
select
    l.line_id,
    d.document_no,
    row_number() over (
        partition by d.document_no
        order by
            l.account_id, l.item_id, l.service_from, l.kind, l.claim_no, l.charge_id, l.credits_line_no, l.line_id
    ) as line_no,
    coalesce(tax.tax_minor, 0) as tax_minor
from run_line as l
inner join run_document as d on d.payer_id = l.payer_id and d.split_key = l.split_key
left join tax on tax.line_id = l.line_id
