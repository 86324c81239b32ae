-- step: find_limits
-- owner: rating
-- reads: catalog_plan_limit, catalog_plan_charge, rating_spend_limit, subscriptions_item, subscriptions_subscription, subscriptions_billing_mark, subscriptions_grid_period
-- writes: none
-- uses: run_limit, run_slice, run_late, run_due, run_price, run_payer, run_account, run_entity, run_currency
-- why: what the slices of this run agreed to come to in their period, at least or at most: the charge (rank 1), the plan's
-- charges together (rank 2), what an account or subscription committed to (rank 3). What is agreed of several charges
-- runs in the periods of one of them, the shortest; a line counts in the one in which its service begins. A minimum is
-- due when its period is over for every item with that period, and each time when anything of it is billed or given back
-- after that. A fee's minimum is that of all its items at one price, whatever their quantities; usage has one for each
-- window.
with

slice as (
    select s.*, p.plan_id, p.plan_charge_id, p.minimum, p.maximum, late.item_id is not null as is_late
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    left join run_late as late on late.item_id = s.item_id and late.period_from = s.period_from
    where s.kind <> 'ONE_OFF'
),

under as (
    select
        2 as rank, 0::bigint as agreement_id, slice.slice_id, slice.subscription_id, slice.plan_id,
        '{}'::bigint[] as plan_charge_ids
    from slice
    where slice.plan_id in (select l.plan_id from catalog_plan_limit as l)
    union all
    select 3 as rank, l.id as agreement_id, slice.slice_id, l.subscription_id, l.plan_id, l.plan_charge_ids
    from rating_spend_limit as l
    inner join slice on slice.account_id = l.account_id
    where (l.subscription_id is null or l.subscription_id = slice.subscription_id)
      and (l.plan_id is null or l.plan_id = slice.plan_id)
      and (l.plan_charge_ids = '{}' or slice.plan_charge_id = any(l.plan_charge_ids))
),

agreed as (
    select
        under.*,
        slice.payer_id,
        slice.account_id,
        slice.item_id,
        slice.service_from,
        dense_rank() over (
            order by
                under.rank, under.agreement_id, slice.payer_id, slice.account_id, under.subscription_id, under.plan_id
        ) as agreed_no
    from under
    inner join slice on slice.slice_id = under.slice_id
),

item as (
    select
        agreed.agreed_no,
        i.id as item_id,
        i.price_id,
        i.grid_id,
        i.effective_from,
        i.effective_to,
        i.plan_charge_id,
        i.subscription_id,
        c.position,
        c.interval_count * case c.interval_unit when 'MONTH' then 30 else 1 end as interval_days,
        c.timing,
        greatest(i.effective_from, s.billed_to) as begins_on,
        coalesce(d.horizon, m.billed_through) as billed_through,
        a.day + case when coalesce(p.arrears_on, a.arrears_on, e.arrears_on) = 'last_day' then 1 else 0 end
            as reckoned_on
    from (
        select distinct
            agreed.agreed_no, agreed.payer_id, agreed.account_id, agreed.subscription_id, agreed.plan_id,
            agreed.plan_charge_ids
        from agreed
    ) as agreed
    cross join lateral (
        select i.*
        from subscriptions_item as i
        -- Those that ended before too: others may rest on their lines.
        where i.account_id = agreed.account_id
          and (agreed.subscription_id is null or i.subscription_id = agreed.subscription_id)
        offset 0
    ) as i
    inner join catalog_plan_charge as c
        on c.id = i.plan_charge_id
        and c.interval_unit <> 'ONCE'
        and (agreed.plan_id is null or c.plan_id = agreed.plan_id)
        and (agreed.plan_charge_ids = '{}' or c.id = any(agreed.plan_charge_ids))
    inner join subscriptions_subscription as s on s.id = i.subscription_id
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    inner join run_payer as payer on payer.payer_id = agreed.payer_id
    inner join run_entity as e on e.legal_entity_id = payer.legal_entity_id
    inner join run_account as a on a.account_id = agreed.account_id
    left join run_due as d on d.item_id = i.id
    left join run_price as p on p.price_id = i.price_id
),

led as (
    -- Of the charges that serve on the day on which a slice begins the one with the shortest period leads; of several,
    -- that of the oldest subscription, and there the first.
    select distinct on (agreed.agreed_no, agreed.slice_id) agreed.*, item.grid_id
    from agreed
    inner join item on item.agreed_no = agreed.agreed_no
    where item.item_id = agreed.item_id
       or (
           item.effective_from <= agreed.service_from
           and coalesce(item.effective_to, 'infinity') > agreed.service_from
       )
    order by
        agreed.agreed_no, agreed.slice_id, item.interval_days, item.subscription_id, item.position, item.plan_charge_id
),

covered as (
    select
        led.agreed_no,
        led.rank,
        led.agreement_id,
        led.payer_id,
        led.subscription_id,
        led.plan_id,
        led.plan_charge_ids,
        g.starts_on as period_from,
        g.ends_before as period_to,
        min(led.slice_id) as slice_id
    from led
    inner join subscriptions_grid_period as g
        on g.grid_id = led.grid_id
        and g.starts_on <= led.service_from
        and g.ends_before > led.service_from
    group by
        led.agreed_no, led.rank, led.agreement_id, led.payer_id, led.subscription_id, led.plan_id, led.plan_charge_ids,
        g.starts_on, g.ends_before
),

limited as (
    select covered.*, l.minimum, l.maximum, '' as name
    from covered
    inner join run_payer as payer on payer.payer_id = covered.payer_id
    cross join lateral (
        select l.minimum, l.maximum
        from catalog_plan_limit as l
        where l.plan_id = covered.plan_id
          and l.currency_id = payer.currency
          and l.valid_from <= covered.period_from
        order by l.valid_from desc
        limit 1
    ) as l
    where covered.rank = 2
    union all
    select covered.*, l.minimum, l.maximum, l.name
    from covered
    inner join rating_spend_limit as l
        on l.id = covered.agreement_id
        and l.starts_on < covered.period_to
        and (l.ends_before is null or l.ends_before > covered.period_from)
    where covered.rank = 3
),

served as (
    select
        l.*,
        item.item_id,
        item.price_id,
        greatest(item.begins_on, l.period_from) as begins_on,
        least(item.effective_to, l.period_to) as ends_before,
        -- What has other periods is not waited for: what comes of it later is held against the limit then.
        g.starts_on is null
        or coalesce(item.effective_to, 'infinity') <= greatest(item.begins_on, l.period_from)
        or (
            item.billed_through >= least(item.effective_to, l.period_to)
            and (item.timing = 'ARREARS' or least(item.effective_to, l.period_to) <= item.reckoned_on)
        ) as is_over
    from limited as l
    inner join item on item.agreed_no = l.agreed_no and item.effective_from < l.period_to
    left join subscriptions_grid_period as g
        on g.grid_id = item.grid_id and g.starts_on = l.period_from and g.ends_before = l.period_to
),

together as (
    select
        served.rank,
        served.agreement_id,
        served.subscription_id,
        served.slice_id,
        served.period_from,
        served.period_to,
        served.minimum,
        served.maximum,
        served.name,
        array_agg(served.item_id) as item_ids,
        -- What counts beside the items: the top-ups of their plan; for a commitment, of the plans that it covers whole.
        case
            when served.rank = 2 or served.plan_charge_ids = '{}' then array_agg(distinct served.price_id)
            else '{}'
        end as plan_minimums,
        bool_and(served.is_over) as is_over,
        min(served.begins_on) filter (where served.ends_before > served.begins_on) as starts_on,
        max(served.ends_before) filter (where served.ends_before > served.begins_on) as ends_before
    from served
    group by
        served.agreed_no, served.rank, served.agreement_id, served.subscription_id, served.plan_charge_ids,
        served.slice_id, served.period_from, served.period_to, served.minimum, served.maximum, served.name
),

ended as (
    select
        i.subscription_id,
        i.price_id,
        i.payer_id,
        i.grid_id,
        slice.period_from,
        slice.period_to,
        min(slice.minimum) as minimum,
        (array_agg(slice.slice_id order by slice.service_to > slice.service_from desc, slice.item_id desc))[1]
            as slice_id,
        min(slice.service_from) filter (where slice.service_to > slice.service_from) as starts_on,
        max(slice.service_to) filter (where slice.service_to > slice.service_from) as ends_before,
        -- Where nothing is prorated each item counts the whole period, and all of them no more than that.
        least(round(sum(slice.days::numeric / slice.base_days) * max(slice.base_days)), max(slice.base_days)) as days,
        max(slice.base_days) as base_days
    from slice
    inner join subscriptions_item as i on i.id = slice.item_id
    where slice.kind = 'ENDED' and slice.minimum is not null
    group by i.subscription_id, i.price_id, i.payer_id, i.grid_id, slice.period_from, slice.period_to
),

found as (
    select
        1 as rank,
        0::bigint as agreement_id,
        slice.slice_id,
        slice.subscription_id,
        case when slice.kind = 'USAGE' then slice.minimum end as minimum,
        slice.maximum,
        slice.text as name,
        slice.period_from,
        slice.period_to,
        slice.service_from as starts_on,
        slice.service_to as ends_before,
        slice.days,
        slice.base_days,
        true as is_served,
        slice.is_closing or slice.is_late as is_due,
        array[slice.item_id] as item_ids,
        '{}'::bigint[] as plan_minimums
    from slice
    where slice.kind <> 'ENDED' and (slice.maximum is not null or (slice.kind = 'USAGE' and slice.minimum is not null))
    union all
    select
        1 as rank,
        0::bigint as agreement_id,
        ended.slice_id,
        slice.subscription_id,
        ended.minimum,
        null as maximum,
        slice.text as name,
        ended.period_from,
        ended.period_to,
        ended.starts_on,
        ended.ends_before,
        ended.days,
        ended.base_days,
        ended.days > 0 as is_served,
        true as is_due,
        alike.item_ids,
        '{}'::bigint[] as plan_minimums
    from ended
    inner join slice on slice.slice_id = ended.slice_id
    cross join lateral (
        -- Those that ended before it too: others may rest on their lines.
        select array_agg(i.id) as item_ids
        from subscriptions_item as i
        where i.subscription_id = ended.subscription_id
          and i.price_id = ended.price_id
          and i.payer_id = ended.payer_id
          and i.grid_id = ended.grid_id
        offset 0
    ) as alike
    union all
    select
        t.rank,
        t.agreement_id,
        t.slice_id,
        t.subscription_id,
        t.minimum,
        t.maximum,
        t.name,
        t.period_from,
        t.period_to,
        t.starts_on,
        t.ends_before,
        coalesce(whole.days, t.ends_before - t.starts_on, 0) as days,
        coalesce(whole.base_days, t.period_to - t.period_from) as base_days,
        t.starts_on is not null as is_served,
        t.is_over as is_due,
        t.item_ids,
        t.plan_minimums
    from together as t
    left join lateral (
        select s.days, s.base_days
        from run_slice as s
        where s.item_id = any(t.item_ids)
          and s.period_from = t.period_from
          and s.service_from = t.starts_on
          and s.service_to = t.ends_before
        order by s.slice_id
        limit 1
    ) as whole on true
)

insert into run_limit (
    rank, slice_id, payer_id, account_id, subscription_id, item_id, price_id, claim_no, name, period_from, period_to,
    service_from, service_to, days, base_days, minimum, maximum, minimum_minor, maximum_minor, is_due, turn, item_ids,
    plan_minimums, agreement_id, place
)
select
    f.rank,
    f.slice_id,
    s.payer_id,
    s.account_id,
    f.subscription_id,
    s.item_id,
    s.price_id,
    s.claim_no,
    f.name,
    f.period_from,
    f.period_to,
    -- Of a period of which nothing is left all of it is meant.
    case when f.ends_before > f.starts_on then f.starts_on else f.period_from end as service_from,
    case when f.ends_before > f.starts_on then f.ends_before else f.period_to end as service_to,
    f.days,
    f.base_days,
    f.minimum,
    f.maximum,
    round(f.minimum * s.scale * share.numerator / share.divisor) as minimum_minor,
    round(f.maximum * s.scale * share.numerator / share.divisor) as maximum_minor,
    f.is_due,
    s.discount_limits as turn,
    f.item_ids,
    f.plan_minimums,
    f.agreement_id,
    dense_rank() over (partition by f.rank, s.account_id order by f.agreement_id) as place
from found as f
inner join run_slice as s on s.slice_id = f.slice_id
cross join lateral (
    select
        case when not f.is_served then 0 when s.minimum_proration = 'full' then 1 else f.days end as numerator,
        case when not f.is_served or s.minimum_proration = 'full' then 1 else f.base_days end as divisor
) as share
