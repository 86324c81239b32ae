-- step: advance_marks
-- owner: subscriptions
-- reads: none
-- writes: subscriptions_billing_mark
-- uses: run_due, run_verdict
-- why: each mark moves only if it still stands where it was read; the run counts them and gives up the shard otherwise.
update subscriptions_billing_mark as m
set billed_through = d.horizon, claim_no = m.claim_no + 1, run_id = %(run_id)s
from run_due as d
inner join run_verdict as v on v.payer_id = d.payer_id and v.outcome = 'ISSUED'
where m.payer_id = d.payer_id
  and m.item_id = d.item_id
  and m.payer_id >= %(payer_from)s
  and m.payer_id < %(payer_before)s
  and m.billed_through = d.billed_through
  and m.claim_no = d.claim_no
