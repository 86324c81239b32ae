-- step: payment_totals
-- owner: payments
-- reads: payments_payment
-- writes: none
-- why: what the rows of the file became: receipts and their sum.
select
    p.currency,
    count(*) as payment_count,
    sum(p.amount_minor)::bigint as amount_minor
from payments_payment as p
where p.id = any(%(payment_ids)s)
group by p.currency
order by p.currency
