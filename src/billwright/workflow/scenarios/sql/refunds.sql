-- step: refunds
-- owner: payments
-- reads: payments_refund, accounts_billing_account
-- writes: none
-- why: every refund of the world.
select
    r.id,
    a.number as account,
    r.value_date,
    r.currency,
    r.amount_minor,
    r.payment_id
from payments_refund as r
inner join accounts_billing_account as a on a.id = r.account_id
order by r.id
