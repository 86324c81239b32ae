-- step: claim_late_usage
-- owner: subscriptions
-- reads: none
-- writes: none
-- uses: run_due, run_late, run_line
-- needs: run_late
-- why: a line for late usage needs a claim of its own on the mark of its item, which stays where it stands.
insert into run_due (
    payer_id, item_id, account_id, subscription_id, price_id, grid_id, quantity, billed_through, claim_no, horizon,
    from_seconds, to_seconds, share_percent, clause
)
select distinct
    late.payer_id,
    late.item_id,
    late.account_id,
    late.subscription_id,
    late.price_id,
    late.grid_id,
    0 as quantity,
    late.billed_through,
    late.claim_no,
    late.billed_through as horizon,
    0 as from_seconds,
    0 as to_seconds,
    100 as share_percent,
    '' as clause
from run_late as late
where late.item_id not in (select d.item_id from run_due as d)
  and exists (
      select 1
      from run_line as l
      where l.item_id = late.item_id and l.kind = 'USAGE' and l.period_from = late.period_from
  )
