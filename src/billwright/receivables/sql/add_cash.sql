-- step: add_cash
-- owner: receivables
-- reads: payments_payment, receivables_unallocated_cash
-- writes: receivables_unallocated_cash
-- why: every receipt starts as one piece on its payer's account, or in suspense; a second run writes nothing.
--      What is there is read once, not once a receipt.
insert into receivables_unallocated_cash (
    account_id, legal_entity_id, payment_id, currency, value_date, accounting_date, amount_minor, open_minor,
    recorded_at
)
select
    p.account_id,
    p.legal_entity_id,
    p.id,
    p.currency,
    p.value_date,
    p.accounting_date,
    p.amount_minor,
    p.amount_minor,
    %(at)s
from payments_payment as p
where p.id = any(%(payment_ids)s)
    and p.id not in (
        select c.payment_id from receivables_unallocated_cash as c where c.payment_id = any(%(payment_ids)s)
    )
order by p.id
