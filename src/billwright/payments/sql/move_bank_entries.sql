-- step: move_bank_entries
-- owner: payments
-- reads: none
-- writes: payments_bank_entry
-- why: thousands of entries change state at once; the states were checked, and the trigger checks them again.
update payments_bank_entry as e
set
    state = m.state,
    reason = m.reason,
    payment_id = m.payment_id
from json_to_recordset(%(moved)s) as m (id bigint, state text, reason text, payment_id bigint)
where e.id = m.id
