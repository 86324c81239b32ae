-- step: take_price
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_subscription, accounts_billing_account, catalog_price
-- writes: subscriptions_item, subscriptions_billing_mark
-- why: a new price of the catalog ends every running item that it is the most special price of, and starts a follower
-- from its day on with a mark at its start; what is billed beyond is repaired by the next run.
with

reached as (
    select
        i.*,
        greatest(i.effective_from, %(valid_from)s::date) as begins
    from subscriptions_item as i
    inner join accounts_billing_account as a on a.id = i.account_id
    inner join catalog_price as p on p.id = i.price_id
    where i.plan_charge_id = %(plan_charge_id)s
        and i.grid_id is not null
        and p.currency_id = %(currency)s
        and (i.effective_to is null or i.effective_to > greatest(i.effective_from, %(valid_from)s::date))
        and array_position(array['', 'segment', 'account', 'subscription'], split_part(p.scope, ':', 1))
        <= array_position(array['', 'segment', 'account', 'subscription'], %(kind)s)
        and case %(kind)s
            when 'segment' then a.segment = %(subject)s
            when 'account' then i.account_id::text = %(subject)s
            when 'subscription' then i.subscription_id::text = %(subject)s
            else true
        end
    order by i.id
    for update of i
),

ended as (
    update subscriptions_item as i
    set effective_to = r.begins, to_seconds = 0
    from reached as r
    where r.id = i.id
),

follower as (
    insert into subscriptions_item (
        account_id, payer_id, subscription_id, plan_charge_id, price_id, grid_id, quantity, effective_from,
        effective_to, free_until, from_seconds, to_seconds, share_percent, clause
    )
    select
        r.account_id,
        r.payer_id,
        r.subscription_id,
        r.plan_charge_id,
        %(price_id)s as price_id,
        r.grid_id,
        r.quantity,
        r.begins as effective_from,
        r.effective_to,
        case when r.free_until > r.begins or r.begins = r.effective_from then r.free_until end as free_until,
        case when r.begins = r.effective_from then r.from_seconds else 0 end as from_seconds,
        r.to_seconds,
        r.share_percent,
        r.clause
    from reached as r
    order by r.id
    returning id, payer_id, subscription_id, effective_from, effective_to
)

insert into subscriptions_billing_mark (payer_id, item_id, billed_through, claim_no)
select
    f.payer_id,
    f.id as item_id,
    least(greatest(f.effective_from, s.billed_to), f.effective_to) as billed_through,
    0 as claim_no
from follower as f
inner join subscriptions_subscription as s on s.id = f.subscription_id
