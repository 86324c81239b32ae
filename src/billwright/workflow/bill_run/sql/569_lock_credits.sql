-- step: lock_credits
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- uses: run_issue
-- why: unapplied credit notes are sources as well, and a credit note of the run settles what is open.
select o.id
from receivables_open_item as o
where o.account_id >= %(payer_from)s
  and o.account_id < %(payer_before)s
  and (
      o.open_minor < 0
      or o.open_minor > 0 and o.account_id in (select i.payer_id from run_issue as i where i.total_minor < 0)
  )
  and o.account_id in (select i.payer_id from run_issue as i)
order by o.id
for no key update
