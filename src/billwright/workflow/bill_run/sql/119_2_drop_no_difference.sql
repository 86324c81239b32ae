-- step: drop_no_difference
-- owner: rating
-- reads: none
-- writes: none
-- uses: run_line, run_billed
-- why: what makes no difference is no line; late usage of nothing least of all.
delete from run_line as l
using run_billed as b
where b.slice_id = l.slice_id and b.drops_zero and l.amount_minor = 0
