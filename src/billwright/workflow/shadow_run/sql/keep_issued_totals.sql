-- step: keep_issued_totals
-- owner: invoicing
-- reads: invoicing_invoice
-- writes: none
-- uses: run_draft_total, run_chosen
-- why: what bill runs really had a payer owe.
insert into run_draft_total
select
    'A' as side,
    d.account_id as payer_id,
    d.currency,
    sum(d.total_minor) as total_minor,
    sum(d.withheld_minor) as withheld_minor
from invoicing_invoice as d
inner join run_chosen as chosen on chosen.payer_id = d.account_id
where d.state = 'ISSUED'
  and d.origin = 'RUN'
  and d.document_date >= %(issued_from)s
  and d.document_date < %(issued_before)s
group by d.account_id, d.currency
