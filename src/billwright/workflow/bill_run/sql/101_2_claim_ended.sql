-- step: claim_ended
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_billing_mark
-- writes: none
-- uses: run_due, run_ended
-- needs: run_ended
-- why: a line for a period that is over needs a claim of its own on the mark of its item, which stays where it stands.
insert into run_due
select
    i.payer_id,
    i.id as item_id,
    i.account_id,
    i.subscription_id,
    i.price_id,
    i.grid_id,
    i.quantity,
    m.billed_through,
    m.claim_no,
    m.billed_through as horizon,
    i.effective_from,
    i.effective_to,
    i.free_until,
    i.from_seconds,
    i.to_seconds,
    i.share_percent,
    i.clause
from subscriptions_item as i
inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
where i.payer_id >= %(payer_from)s
  and i.payer_id < %(payer_before)s
  and m.payer_id >= %(payer_from)s
  and m.payer_id < %(payer_before)s
  and i.id in (select e.item_id from run_ended as e)
  and i.id not in (select d.item_id from run_due as d)
