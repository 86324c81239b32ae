-- step: lock_cash
-- owner: receivables
-- reads: receivables_unallocated_cash
-- writes: none
-- uses: run_issue
-- why: named sources are locked in a fixed order before anything is taken from them: cash first, then credit notes.
select c.id
from receivables_unallocated_cash as c
where c.account_id >= %(payer_from)s
  and c.account_id < %(payer_before)s
  and c.open_minor > 0
  and c.account_id in (select i.payer_id from run_issue as i)
order by c.id
for no key update
