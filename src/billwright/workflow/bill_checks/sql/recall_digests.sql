-- step: recall_digests
-- owner: invoicing
-- reads: invoicing_bill_run_payer
-- writes: none
-- uses: run_digest, run_payer
-- why: what a run that is over came to per payer, where a run that goes on would find it.
insert into run_digest
select p.payer_id, p.line_count, p.net_minor, p.tax_minor, p.total_minor, p.digest
from invoicing_bill_run_payer as p
inner join run_payer as known on known.payer_id = p.payer_id
where p.run_id = %(run_id)s
