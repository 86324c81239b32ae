-- step: check_control
-- owner: receivables
-- reads: receivables_open_item, receivables_unallocated_cash, receivables_wallet_lot, ledger_posting, ledger_account
-- writes: none
-- why: per billing account, open items are the control account and unallocated pieces are the cash account, and
-- what is left of prepaid money is the account of wallets.
with

sub_ledger as (
    select
        i.account_id,
        i.currency,
        'RECEIVABLES' as role,
        i.open_minor as amount_minor
    from receivables_open_item as i
    where %(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        c.account_id,
        c.currency,
        'UNALLOCATED_CASH' as role,
        -c.open_minor as amount_minor
    from receivables_unallocated_cash as c
    where c.account_id is not null
        and (%(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[]))
    union all
    select
        w.account_id,
        w.currency,
        'WALLETS' as role,
        -w.open_minor as amount_minor
    from receivables_wallet_lot as w
    where %(account_ids)s::bigint[] is null or w.account_id = any(%(account_ids)s::bigint[])
),

items as (
    select
        s.account_id,
        s.currency,
        s.role,
        sum(s.amount_minor) as amount_minor
    from sub_ledger as s
    group by s.account_id, s.currency, s.role
),

postings as (
    select
        p.billing_account_id as account_id,
        p.currency,
        a.role,
        sum(p.amount_minor) as amount_minor
    from ledger_posting as p
    inner join ledger_account as a on p.ledger_account_id = a.id
    where a.role in ('RECEIVABLES', 'UNALLOCATED_CASH', 'WALLETS')
        and p.billing_account_id is not null
        and (%(account_ids)s::bigint[] is null or p.billing_account_id = any(%(account_ids)s::bigint[]))
    group by p.billing_account_id, p.currency, a.role
)

select
    coalesce(i.account_id, p.account_id) as account_id,
    coalesce(i.currency, p.currency) as currency,
    coalesce(i.role, p.role) as role,
    coalesce(i.amount_minor, 0)::bigint as sub_ledger_minor,
    coalesce(p.amount_minor, 0)::bigint as ledger_minor
from items as i
full join postings as p
    on i.account_id = p.account_id and i.currency = p.currency and i.role = p.role
where coalesce(i.amount_minor, 0) <> coalesce(p.amount_minor, 0)
order by 1, 2, 3
