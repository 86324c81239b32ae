-- step: find_splits
-- owner: accounts
-- reads: none
-- writes: none
-- uses: run_split, run_payer
-- why: the few payers who want more than one document; where there are none, no line is looked at twice.
insert into run_split
select p.payer_id, p.split_by
from run_payer as p
where p.split_by <> 'NONE'
