-- step: list_ranges
-- owner: accounts
-- reads: accounts_billing_account
-- writes: none
-- why: two drafts are made in ranges of payers, each in one transaction, so that several connections may help.
with

account as (
    select
        a.id as account_id,
        (row_number() over (order by a.id) - 1) / %(payers_per_range)s as range_no
    from accounts_billing_account as a
    where (%(legal_entity_id)s::bigint is null or a.legal_entity_id = %(legal_entity_id)s)
      and (%(payer_ids)s::bigint[] is null or a.id = any(%(payer_ids)s::bigint[]))
)

select min(account.account_id) as payer_from, max(account.account_id) + 1 as payer_before
from account
group by account.range_no
order by account.range_no
