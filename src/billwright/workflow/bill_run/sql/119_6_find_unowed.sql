-- step: find_unowed
-- owner: subscriptions
-- reads: none
-- writes: none
-- uses: run_unowed, run_due
-- why: items that end earlier than they are billed. Most shards and nearly all previews have none, and spare the next step.
insert into run_unowed
select d.item_id
from run_due as d
where d.horizon < d.billed_through
   or (d.to_seconds > 0 and d.effective_to = d.billed_through and d.horizon = d.billed_through)
