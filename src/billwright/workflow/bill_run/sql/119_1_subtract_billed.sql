-- step: subtract_billed
-- owner: rating
-- reads: none
-- writes: none
-- uses: run_line, run_billed
-- needs: run_billed
-- why: after an interim bill, or when usage came late, only the difference to what the period was billed before is owed
-- (formula 12).
update run_line as l
set
    formula = 12,
    numerator = l.numerator - b.amount_minor * l.divisor,
    amount_minor = l.amount_minor - b.amount_minor
from run_billed as b
where b.slice_id = l.slice_id and b.amount_minor <> 0
