-- step: settle_payers
-- owner: invoicing
-- reads: none
-- writes: invoicing_bill_run_payer
-- uses: run_verdict
-- why: what became of each payer that was approved.
update invoicing_bill_run_payer as p
set outcome = v.outcome
from run_verdict as v
where p.run_id = %(run_id)s
  and p.payer_id = v.payer_id
  and p.payer_id >= %(payer_from)s
  and p.payer_id < %(payer_before)s
  and p.outcome <> v.outcome
  and v.outcome not in ('HELD', 'DONE')
