-- step: price_reach
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_subscription, subscriptions_billing_mark, accounts_billing_account,
-- accounts_customer, catalog_price
-- writes: none
-- why: the running items that a price of a scope would reach from a day on, as `take_price` finds them: what a preview
-- of the change lists and values.
select
    i.id as item_id,
    i.subscription_id,
    s.number as subscription_number,
    i.account_id,
    a.number as account_number,
    c.name as customer_name,
    i.price_id,
    i.quantity,
    i.share_percent,
    greatest(i.effective_from, %(valid_from)s::date) as begins,
    i.effective_to,
    m.billed_through
from subscriptions_item as i
inner join subscriptions_subscription as s on s.id = i.subscription_id
inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
inner join accounts_billing_account as a on a.id = i.account_id
inner join accounts_customer as c on c.id = a.customer_id
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
limit %(limit)s::bigint
