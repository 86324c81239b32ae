-- step: payers_on
-- owner: subscriptions
-- reads: accounts_billing_account, accounts_parent_link, subscriptions_subscription
-- writes: none
-- why: facts of accounts for many subscriptions at once, each with the payer of its own day. Where no cycle day was
-- agreed, the first paid day of the account's first subscription makes it.
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
    coalesce(accounts_parent_link.parent_id, wanted.account_id) as payer_id,
    accounts_billing_account.timezone,
    accounts_billing_account.segment,
    accounts_billing_account.conventions::text as conventions,
    first_subscription.first_paid_on
from wanted
inner join accounts_billing_account on wanted.account_id = accounts_billing_account.id
left join accounts_parent_link
    on
        wanted.account_id = accounts_parent_link.child_id
        and wanted.on_day >= accounts_parent_link.valid_from
        and (accounts_parent_link.valid_to is null or wanted.on_day < accounts_parent_link.valid_to)
left join lateral (
    select coalesce(subscriptions_subscription.trial_until, subscriptions_subscription.starts_on) as first_paid_on
    from subscriptions_subscription
    where
        subscriptions_subscription.account_id = wanted.account_id
        and subscriptions_subscription.starts_on is not null
        and accounts_billing_account.cycle_day is null
    order by subscriptions_subscription.id
    limit 1
) as first_subscription on true
