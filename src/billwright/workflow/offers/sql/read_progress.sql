-- step: read_progress
-- owner: rating
-- reads: rating_spend_limit, subscriptions_item, subscriptions_grid_period, catalog_plan_charge, invoicing_invoice_line
-- writes: none
-- uses: run_line, run_price, run_account, run_payer, run_entity
-- why: what the running period of a commitment came to: lines billed of its items, and those a bill of today would add.
-- The same period leads and the same lines count as in find_limits and top_up, as priced, before their discounts or after
-- them; its own top-up does not.
with

item as (
    select
        i.id,
        i.account_id,
        i.payer_id,
        i.subscription_id,
        i.price_id,
        i.grid_id,
        i.plan_charge_id,
        i.effective_from,
        i.effective_to,
        c.position,
        c.interval_count * case c.interval_unit when 'MONTH' then 30 else 1 end as interval_days,
        l.subscription_id as limited_to,
        l.starts_on as agreed_from,
        coalesce(l.ends_before, 'infinity') as agreed_before,
        l.plan_charge_ids = '{}' as is_whole
    from rating_spend_limit as l
    inner join subscriptions_item as i on i.account_id = l.account_id
    inner join catalog_plan_charge as c on c.id = i.plan_charge_id and c.interval_unit <> 'ONCE'
    where l.id = %(spend_limit_id)s
        and (l.subscription_id is null or l.subscription_id = i.subscription_id)
        and (l.plan_id is null or l.plan_id = c.plan_id)
        and (l.plan_charge_ids = '{}' or c.id = any(l.plan_charge_ids))
),

led as (
    select
        g.starts_on as period_from,
        g.ends_before as period_to,
        coalesce(price.discount_limits, account.discount_limits, entity.discount_limits) as turn
    from item
    inner join subscriptions_grid_period as g
        on g.grid_id = item.grid_id and g.starts_on <= %(as_of)s and g.ends_before > %(as_of)s
    left join run_account as account on account.account_id = item.account_id
    left join run_payer as payer on payer.payer_id = item.payer_id
    left join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
    left join run_price as price on price.price_id = item.price_id
    where item.effective_from < g.ends_before
        and (item.effective_to is null or item.effective_to > g.starts_on)
    order by item.interval_days, item.subscription_id, item.position, item.plan_charge_id
    limit 1
),

period as (
    select
        item.account_id,
        item.limited_to,
        led.period_from,
        led.period_to,
        led.turn,
        array_agg(item.id) as item_ids,
        array_agg(distinct item.price_id) filter (where item.is_whole) as price_ids
    from led
    inner join item
        on item.effective_from < led.period_to
        and item.agreed_from < led.period_to
        and item.agreed_before > led.period_from
    group by item.account_id, item.limited_to, led.period_from, led.period_to, led.turn
),

counted as (
    select
        b.account_id,
        b.item_id,
        b.subscription_id,
        b.price_id,
        coalesce(corrected.service_from, b.service_from) as begins_on,
        coalesce(b.gross_minor, b.amount_minor) as priced_minor,
        coalesce(b.gross_minor - b.gross_discount_minor, b.net_minor) as discounted_minor,
        true as is_billed
    from invoicing_invoice_line as b
    left join invoicing_invoice_line as corrected
        on b.kind = 'CORRECTION'
        and corrected.invoice_id = b.credits_invoice_id
        and corrected.line_no = b.credits_line_no
    where b.account_id in (select period.account_id from period)
        and b.service_from >= (select min(period.period_from) from period)
        and b.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION')
    union all
    select
        r.account_id,
        r.item_id,
        r.subscription_id,
        r.price_id,
        coalesce(corrected.service_from, r.service_from) as begins_on,
        coalesce(r.gross_minor, r.amount_minor) as priced_minor,
        coalesce(r.gross_minor - r.gross_discount_minor, r.amount_minor - r.discount_minor) as discounted_minor,
        false as is_billed
    from run_line as r
    left join invoicing_invoice_line as corrected
        on r.kind = 'CORRECTION'
        and corrected.invoice_id = r.credits_invoice_id
        and corrected.line_no = r.credits_line_no
    where r.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION')
)

select
    p.period_from,
    p.period_to,
    coalesce(sum(amount.counted_minor) filter (where c.is_billed), 0) as billed_minor,
    coalesce(sum(amount.counted_minor) filter (where not c.is_billed), 0) as unbilled_minor
from period as p
left join counted as c
    on c.account_id = p.account_id
    and (
        c.item_id = any(p.item_ids)
        or (
            c.item_id is null
            and c.price_id = any(p.price_ids)
            and (p.limited_to is null or c.subscription_id = p.limited_to)
        )
    )
    and c.begins_on >= p.period_from
    and c.begins_on < p.period_to
left join lateral (
    select case when p.turn = 'after_limits' then c.priced_minor else c.discounted_minor end as counted_minor
) as amount on true
group by p.period_from, p.period_to
