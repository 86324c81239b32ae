-- step: keep_withheld
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_draft_total, run_document, run_payer
-- why: what a payer would owe in all; taxes that are withheld come off the total and stand on no line.
insert into run_draft_total
select
    %(side)s as side,
    d.payer_id,
    payer.currency,
    sum(d.total_minor) as total_minor,
    sum(d.withheld_minor) as withheld_minor
from run_document as d
inner join run_payer as payer on payer.payer_id = d.payer_id
group by d.payer_id, payer.currency
