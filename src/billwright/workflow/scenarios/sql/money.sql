-- step: money
-- owner: payments
-- reads: payments_payment, accounts_billing_account, receivables_unallocated_cash
-- writes: none
-- why: every receipt of the world (and credit that we gave) with what is left of it, over all its pieces.
select
    p.id,
    coalesce(
        a.number,
        (
            select min(b.number)
            from receivables_unallocated_cash as m
            inner join accounts_billing_account as b on b.id = m.account_id
            where m.payment_id = p.id
            having count(distinct b.id) = 1
        ),
        ''
    ) as account,
    p.value_date,
    p.currency,
    p.amount_minor,
    p.state,
    coalesce((select sum(c.open_minor) from receivables_unallocated_cash as c where c.payment_id = p.id), 0)::bigint
        as unallocated_minor,
    p.method
from payments_payment as p
left join accounts_billing_account as a on a.id = p.account_id
order by p.id
