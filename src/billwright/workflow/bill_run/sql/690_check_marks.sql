-- step: check_marks
-- owner: subscriptions
-- reads: subscriptions_billing_mark
-- writes: none
-- uses: run_due, run_verdict
-- why: every mark of an issued payer stands at its horizon, and nobody else's moved. Must find nothing.
select d.item_id
from run_due as d
inner join run_verdict as v on v.payer_id = d.payer_id
inner join subscriptions_billing_mark as m
    on m.payer_id = d.payer_id
    and m.item_id = d.item_id
    and m.payer_id >= %(payer_from)s
    and m.payer_id < %(payer_before)s
where m.billed_through is distinct from case when v.outcome = 'ISSUED' then d.horizon else d.billed_through end
