-- step: take_receipts
-- owner: receivables
-- reads: receivables_unallocated_cash, payments_payment, payments_bank_entry, payments_refund_order,
--      receivables_match_proposal
-- writes: none
-- why: the next receipts with something left that this run has not looked at, the earliest first, of one share of all
--      payers: what one of them pays stays together, whoever looks at the share. Rows that another worker holds are
--      passed over; what a crash left is met again. What the run has seen is read once a batch. What the receipts say is
--      read by step read_receipts.
select c.id as cash_id
from receivables_unallocated_cash as c
inner join payments_payment as p on c.payment_id = p.id
left join payments_bank_entry as e on p.id = e.payment_id
where c.open_minor > 0
    and p.state = 'RECEIVED'
    and (%(payment_ids)s::bigint[] is null or c.payment_id = any(%(payment_ids)s::bigint[]))
    and (%(cash_ids)s::bigint[] is null or c.id = any(%(cash_ids)s::bigint[]))
    and (%(legal_entity_ids)s::bigint[] is null or c.legal_entity_id = any(%(legal_entity_ids)s::bigint[]))
    and mod(
        hashtextextended(
            coalesce(
                'account ' || c.account_id,
                'bank ' || nullif(e.counterparty_account, ''),
                'name ' || nullif(p.payer_name, ''),
                'cash ' || c.id
            ),
            0
        ) & 9223372036854775807,
        %(share_count)s
    ) = %(share)s
    and not exists (
        select from payments_refund_order as r where r.cash_id = c.id and r.state in ('REQUESTED', 'APPROVED')
    )
    and c.id not in (select m.cash_id from receivables_match_proposal as m where m.run_key = %(run_key)s)
order by c.value_date, c.id
limit %(limit)s
for no key update of c skip locked
