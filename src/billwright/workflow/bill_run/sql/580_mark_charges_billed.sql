-- step: mark_charges_billed
-- owner: rating
-- reads: none
-- writes: rating_pending_charge
-- uses: run_issue, run_share, run_line
-- why: a pending charge is billed once: only what still waits is taken, and the run counts them.
update rating_pending_charge as c
set state = 'BILLED', run_id = %(run_id)s
from run_line as l
inner join run_share as s on s.line_id = l.line_id
inner join run_issue as i on i.document_no = s.document_no
where l.charge_id = c.id and c.state = 'READY'
