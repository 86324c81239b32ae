-- step: total_run
-- owner: invoicing
-- reads: invoicing_bill_run_payer
-- writes: invoicing_bill_run_total
-- why: control totals per entity and currency, prepared and issued: what a person compares before approving.
insert into invoicing_bill_run_total (
    run_id, legal_entity_id, currency, stage, document_count, line_count, net_minor, tax_minor, total_minor
)
select
    %(run_id)s as run_id,
    p.legal_entity_id,
    p.currency,
    %(stage)s as stage,
    count(*) filter (where p.line_count > 0) as document_count,
    sum(p.line_count) as line_count,
    sum(p.net_minor) as net_minor,
    sum(p.tax_minor) as tax_minor,
    sum(p.total_minor) as total_minor
from invoicing_bill_run_payer as p
where p.run_id = %(run_id)s and (%(stage)s = 'PREPARED' or p.outcome = 'ISSUED')
group by p.legal_entity_id, p.currency
