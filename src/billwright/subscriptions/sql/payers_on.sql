-- step: payers_on
-- owner: subscriptions
-- reads: accounts_billing_account, accounts_parent_link
-- writes: none
-- why: facts of accounts for many subscriptions at once, each with the payer of its own day.
with

wanted as (
    select
        account_id,
        on_day
    from unnest(%(account_ids)s::bigint [], %(days)s::date []) as pairs (account_id, on_day)
)

select
    wanted.account_id,
    wanted.on_day,
    accounts_billing_account.number,
    accounts_billing_account.legal_entity_id,
    accounts_billing_account.currency_id as currency,
    accounts_billing_account.cycle_day,
    accounts_billing_account.state,
    coalesce(accounts_parent_link.parent_id, wanted.account_id) as payer_id
from wanted
inner join accounts_billing_account on wanted.account_id = accounts_billing_account.id
left join accounts_parent_link
    on
        wanted.account_id = accounts_parent_link.child_id
        and wanted.on_day >= accounts_parent_link.valid_from
        and (accounts_parent_link.valid_to is null or wanted.on_day < accounts_parent_link.valid_to)
