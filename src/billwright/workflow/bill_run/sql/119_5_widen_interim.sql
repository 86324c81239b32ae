-- step: widen_interim
-- owner: rating
-- reads: subscriptions_item
-- writes: none
-- uses: run_slice
-- why: an interim bill does not make a part period: what limits a period by its days of service counts all of them,
-- those before and after the bill too.
update run_slice as s
set days = round(
    s.base_days
    * (least(s.period_to, i.effective_to) - greatest(s.period_from, i.effective_from))::numeric
    / (s.period_to - s.period_from)
)
from subscriptions_item as i
where i.id = s.item_id
  and s.kind = 'USAGE'
  and (
      (s.claim_no > 1 and s.service_from > greatest(s.period_from, i.effective_from))
      or s.service_to < least(s.period_to, i.effective_to)
  )
