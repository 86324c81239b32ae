-- step: keep_lines_to_compare
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_slice, run_billed
-- needs: run_billed
-- why: a price of nothing is a difference too where something was billed before; what is zero in the end is dropped then.
update run_slice as s
set zero_lines = 'keep'
from run_billed as b
where b.slice_id = s.slice_id
