-- step: receive_bank_entries
-- owner: payments
-- reads: none
-- writes: payments_bank_entry
-- why: thousands of entries become receipts at once; the states were checked, and the trigger checks them again.
update payments_bank_entry as e
set
    state = %(state)s,
    reason = '',
    payment_id = m.payment_id
from unnest(%(entry_ids)s::bigint[], %(payment_ids)s::bigint[]) as m (id, payment_id)
where e.id = m.id
