-- step: read_receipts
-- owner: receivables
-- reads: receivables_unallocated_cash, payments_payment, payments_bank_entry
-- writes: none
-- why: what receipts say, those of the pieces of cash that a run took or those of a decision, whether or not anything is
--      left of them: it teaches by what it was taken on. The earliest first.
select
    c.id as cash_id,
    c.payment_id,
    c.account_id,
    c.legal_entity_id,
    c.currency,
    c.open_minor,
    c.value_date,
    p.reference,
    case when length(coalesce(e.remittance, '')) > length(p.text) then e.remittance else p.text end as text,
    p.payer_name,
    coalesce(e.end_to_end, '') as end_to_end,
    coalesce(e.counterparty_account, '') as counterparty_account,
    c.accounting_date
from receivables_unallocated_cash as c
inner join payments_payment as p on c.payment_id = p.id
left join payments_bank_entry as e on p.id = e.payment_id
where (%(cash_ids)s::bigint[] is null or c.id = any(%(cash_ids)s::bigint[]))
    and (%(payment_ids)s::bigint[] is null or c.payment_id = any(%(payment_ids)s::bigint[]))
order by c.value_date, c.id
