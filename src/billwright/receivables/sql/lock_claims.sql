-- step: lock_claims
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- why: all claims that a batch of money may settle, locked in one order so that two batches never wait in a circle.
select i.id
from receivables_open_item as i
where i.account_id = any(%(account_ids)s) and i.open_minor > 0
order by i.id
for no key update
