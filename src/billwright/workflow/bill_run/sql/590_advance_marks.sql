-- step: advance_marks
-- owner: subscriptions
-- reads: none
-- writes: subscriptions_billing_mark
-- uses: run_due, run_verdict, run_ended
-- why: each mark moves only if it still stands where it was read; the run counts them and gives up the shard otherwise.
-- What was billed before and is over, and what was held against its minimums now, is closed; never beyond what is billed.
update subscriptions_billing_mark as m
set
    billed_through = d.horizon,
    claim_no = m.claim_no + 1,
    run_id = %(run_id)s,
    closed_through = least(
        greatest(
            m.closed_through,
            -- LEAST ignores NULL: what has an end would be closed to it.
            case when ended.period_to is not null then least(ended.period_to, d.effective_to) end,
            least(m.billed_through, %(day_min)s::date)
        ),
        d.horizon
    )
from run_due as d
inner join run_verdict as v on v.payer_id = d.payer_id and v.outcome = 'ISSUED'
left join (
    select e.item_id, max(e.period_to) as period_to
    from run_ended as e
    group by e.item_id
) as ended on ended.item_id = d.item_id
where m.payer_id = d.payer_id
  and m.item_id = d.item_id
  and m.payer_id >= %(payer_from)s
  and m.payer_id < %(payer_before)s
  and m.billed_through = d.billed_through
  and m.claim_no = d.claim_no
