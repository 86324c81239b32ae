-- step: split_items
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_subscription
-- writes: subscriptions_item, subscriptions_billing_mark
-- why: items end where the first of their pieces begins, and each piece goes on at its own price with a mark at its
-- start; what is billed beyond is repaired by the next run.
with

piece as (
    select
        p.item_id,
        p.begins,
        p.ends,
        p.price_id
    from unnest(%(item_ids)s::bigint[], %(begins)s::date[], %(ends)s::date[], %(price_ids)s::bigint[])
    as p (item_id, begins, ends, price_id)
),

old as (  -- noqa: ST03
    select i.*
    from subscriptions_item as i
    where i.id = any(%(item_ids)s::bigint[])
    order by i.id
    for update
),

ended as (
    update subscriptions_item as i
    set effective_to = cut.begins, to_seconds = 0
    from (select item_id, min(begins) as begins from piece group by item_id) as cut
    where cut.item_id = i.id
),

follower as (
    insert into subscriptions_item (
        account_id, payer_id, subscription_id, plan_charge_id, price_id, grid_id, quantity, effective_from,
        effective_to, free_until, from_seconds, to_seconds, share_percent, clause
    )
    select
        old.account_id,
        old.payer_id,
        old.subscription_id,
        old.plan_charge_id,
        piece.price_id,
        old.grid_id,
        old.quantity,
        piece.begins as effective_from,
        piece.ends as effective_to,
        case when old.free_until > piece.begins or piece.begins = old.effective_from then old.free_until end
            as free_until,
        case when piece.begins = old.effective_from then old.from_seconds else 0 end as from_seconds,
        case when piece.ends is not distinct from old.effective_to then old.to_seconds else 0 end as to_seconds,
        old.share_percent,
        old.clause
    from piece
    inner join old on old.id = piece.item_id
    order by piece.item_id, piece.begins
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
