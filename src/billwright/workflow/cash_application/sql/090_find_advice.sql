-- step: find_advice
-- owner: receivables
-- reads: receivables_remittance_advice, receivables_remittance_line, receivables_unallocated_cash, payments_payment
-- writes: none
-- why: the advice that receipts of the same total may belong to, where it is one advice for one receipt: its reference
--      stands in the receipt, or nothing else of that total waits within the days around it.
with

likely as (
    select
        c.id as cash_id,
        a.id as advice_id,
        a.reference <> '' and strpos(lower(p.reference || ' ' || p.text), lower(a.reference)) > 0 as is_told
    from receivables_remittance_advice as a
    inner join receivables_unallocated_cash as c
        on a.legal_entity_id = c.legal_entity_id
            and a.currency = c.currency
            and a.total_minor = c.open_minor
            and abs(c.value_date - coalesce(a.paid_on, c.value_date)) <= %(days)s
    inner join payments_payment as p on c.payment_id = p.id and p.state = 'RECEIVED'
    where (a.payment_id is null or a.payment_id = c.payment_id) and a.total_minor > 0 and a.faults = ''
),

counted as (
    select
        l.cash_id,
        l.advice_id,
        l.is_told,
        count(*) over (partition by l.cash_id) as advice_count,
        count(*) over (partition by l.advice_id) as cash_count,
        count(*) filter (where l.is_told) over (partition by l.cash_id) as told_count,
        count(*) filter (where l.is_told) over (partition by l.advice_id) as telling_count
    from likely as l
)

select
    c.cash_id,
    c.advice_id,
    l.document,
    l.open_item_id,
    l.amount_minor,
    l.deduction_minor,
    l.reason
from counted as c
inner join receivables_remittance_line as l on c.advice_id = l.advice_id
where c.cash_id = any(%(cash_ids)s::bigint[])
    and (
        (c.is_told and c.told_count = 1 and c.telling_count = 1)
        or (c.told_count = 0 and c.telling_count = 0 and c.advice_count = 1 and c.cash_count = 1)
    )
order by c.cash_id, l.place
