-- step: find_minimums
-- owner: rating
-- reads: catalog_plan_limit, rating_spend_limit
-- writes: none
-- uses: run_minimum, run_price, run_account
-- why: the prices of fees and the accounts for which a minimum was agreed. Most shards and nearly all previews have none,
-- and spare the steps that look for periods that are over.
insert into run_minimum
select p.price_id, null::bigint as account_id
from run_price as p
where p.meter = ''
  and p.interval_unit <> 'ONCE'
  and (
      p.minimum is not null
      or p.plan_id in (select l.plan_id from catalog_plan_limit as l where l.minimum is not null)
  )
union all
select null::bigint as price_id, a.account_id
from run_account as a
where a.account_id in (select l.account_id from rating_spend_limit as l where l.minimum is not null)
