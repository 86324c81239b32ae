-- step: read_banks
-- owner: rating
-- reads: subscriptions_item, subscriptions_billing_mark, subscriptions_grid_period, catalog_plan_netting, rating_bank_entry
-- writes: none
-- uses: run_price, run_account, run_due, run_payer
-- why: every netted subscription of this shard with its bank, the last day settled, and the first day whose period is not
-- netted yet (none: the service has ended): settlements wait for the periods within them.
with

item as (
    select distinct on (i.subscription_id)
        i.subscription_id,
        i.id as item_id,
        i.account_id,
        i.payer_id,
        i.price_id,
        i.grid_id,
        i.effective_to,
        min(i.effective_from) over (partition by i.subscription_id) as begun_on,
        m.claim_no,
        coalesce(d.horizon, m.billed_through) as billed_through,
        n.plan_id,
        n.settle_month,
        n.settle_day,
        n.settle_price
    from subscriptions_item as i
    inner join run_payer as payer on payer.payer_id = i.payer_id
    inner join run_price as p on p.price_id = i.price_id
    inner join catalog_plan_netting as n on n.plan_id = p.plan_id and n.import_meter = p.meter
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    left join run_due as d on d.item_id = i.id
    where i.payer_id >= %(payer_from)s and i.payer_id < %(payer_before)s
    order by i.subscription_id, i.effective_from desc, i.id desc
)

select
    item.subscription_id,
    item.item_id,
    item.account_id,
    item.payer_id,
    item.price_id,
    item.claim_no,
    item.begun_on,
    item.settle_month,
    item.settle_day,
    item.settle_price,
    a.day,
    bank.quantity,
    bank.settled_on,
    case
        when item.effective_to <= item.billed_through then null
        else (
            select g.ends_before
            from subscriptions_grid_period as g
            where g.grid_id = item.grid_id and g.starts_on <= item.billed_through
                and g.ends_before > item.billed_through
        )
    end as open_until
from item
inner join run_account as a on a.account_id = item.account_id
cross join lateral (
    select coalesce(sum(e.quantity), 0) as quantity, max(e.period_from) filter (where e.kind = 'SETTLED') as settled_on
    from rating_bank_entry as e
    where e.subscription_id = item.subscription_id
) as bank
order by item.subscription_id
