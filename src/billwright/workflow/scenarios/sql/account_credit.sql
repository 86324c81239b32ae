-- step: account_credit
-- owner: receivables
-- reads: receivables_unallocated_cash, receivables_open_item, accounts_billing_account
-- writes: none
-- why: what every account has with us, money and credit notes, the oldest first.
select
    a.number as account,
    held.cash_id,
    held.credit_item_id,
    held.left_minor,
    held.currency
from (
    select c.account_id, c.id as cash_id, null::bigint as credit_item_id, c.open_minor as left_minor, c.currency,
        c.value_date as day
    from receivables_unallocated_cash as c
    where c.open_minor > 0
    union all
    select o.account_id, null, o.id, -o.open_minor, o.currency, o.document_date
    from receivables_open_item as o
    where o.open_minor < 0
) as held
inner join accounts_billing_account as a on a.id = held.account_id
order by held.day, held.cash_id, held.credit_item_id
