-- step: find_limits
-- owner: rating
-- reads: catalog_plan_limit, catalog_plan_charge, rating_spend_limit, subscriptions_item
-- writes: none
-- uses: run_limit, run_slice, run_late, run_price, run_payer, run_currency
-- why: what the slices of this run agreed to come to in their period, at least or at most: the charge (rank 1), the plan's
-- charges together (rank 2), what an account or subscription committed to (rank 3). A minimum is due when its period
-- ends: with the slices in arrears, where there are any, and when no item that it covers goes on in the period.
with

slice as (
    select s.*, p.plan_id, p.plan_charge_id, p.timing, p.minimum, p.maximum, p.product_code, p.family, p.tax_category
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    where s.kind <> 'ONE_OFF'
),

plan_limit as (
    select distinct on (l.plan_id, l.currency_id, slice.period_from)
        l.plan_id, l.currency_id as currency, slice.period_from, l.minimum, l.maximum
    from catalog_plan_limit as l
    inner join slice on slice.plan_id = l.plan_id
    where l.valid_from <= slice.period_from
    order by l.plan_id, l.currency_id, slice.period_from, l.valid_from desc
),

agreed as (
    select
        2 as rank,
        0::bigint as agreement_id,
        slice.slice_id,
        slice.subscription_id,
        slice.plan_id,
        '{}'::bigint[] as plan_charge_ids,
        l.minimum,
        l.maximum,
        '' as name
    from slice
    inner join run_payer as payer on payer.payer_id = slice.payer_id
    inner join plan_limit as l
        on l.plan_id = slice.plan_id and l.currency = payer.currency and l.period_from = slice.period_from
    union all
    select
        3 as rank, l.id as agreement_id, slice.slice_id, l.subscription_id, l.plan_id, l.plan_charge_ids, l.minimum,
        l.maximum, l.name
    from rating_spend_limit as l
    inner join slice on slice.account_id = l.account_id
    where (l.subscription_id is null or l.subscription_id = slice.subscription_id)
      and (l.plan_id is null or l.plan_id = slice.plan_id)
      and (l.plan_charge_ids = '{}' or slice.plan_charge_id = any(l.plan_charge_ids))
      and l.starts_on < slice.period_to
      and (l.ends_before is null or l.ends_before > slice.period_from)
),

covered as (
    select
        a.rank,
        a.agreement_id,
        slice.account_id,
        a.subscription_id,
        a.plan_id,
        a.plan_charge_ids,
        slice.period_from,
        slice.period_to,
        min(a.minimum) as minimum,
        min(a.maximum) as maximum,
        min(a.name) as name,
        min(slice.slice_id) as slice_id,
        bool_or(slice.is_closing) as is_closing,
        bool_or(slice.is_closing and slice.timing = 'ARREARS') as is_closing_arrears,
        max(slice.service_to) as service_to
    from agreed as a
    inner join slice on slice.slice_id = a.slice_id
    group by
        a.rank, a.agreement_id, slice.account_id, a.subscription_id, a.plan_id, a.plan_charge_ids, slice.period_from,
        slice.period_to
),

together as (
    select
        covered.*,
        item.item_ids,
        -- What a commitment counts beside its items: the top-ups of the plans that it covers whole.
        case when covered.rank = 3 and covered.plan_charge_ids = '{}' then item.price_ids else '{}' end
            as plan_minimums,
        item.has_arrears,
        greatest(covered.period_from, item.starts_on) as starts_on,
        least(covered.period_to, item.ends_before) as ends_before
    from covered
    cross join lateral (
        select
            array_agg(i.id) as item_ids,
            array_agg(distinct i.price_id) as price_ids,
            bool_or(c.timing = 'ARREARS') as has_arrears,
            min(i.effective_from) as starts_on,
            max(coalesce(i.effective_to, covered.period_to)) as ends_before
        from subscriptions_item as i
        inner join catalog_plan_charge as c on c.id = i.plan_charge_id
        where i.account_id = covered.account_id
          and c.interval_unit <> 'ONCE'
          and (covered.subscription_id is null or i.subscription_id = covered.subscription_id)
          and (covered.plan_id is null or c.plan_id = covered.plan_id)
          and (covered.plan_charge_ids = '{}' or c.id = any(covered.plan_charge_ids))
          and i.effective_from < covered.period_to
          and (i.effective_to is null or i.effective_to > covered.period_from)
        offset 0
    ) as item
),

found as (
    select
        1 as rank,
        slice.slice_id,
        slice.subscription_id,
        slice.minimum,
        slice.maximum,
        slice.text as name,
        slice.period_from,
        slice.period_to,
        slice.service_from,
        slice.service_to,
        slice.days,
        slice.base_days,
        slice.is_closing as is_due,
        array[slice.item_id] as item_ids,
        '{}'::bigint[] as plan_minimums
    from slice
    where slice.minimum is not null or slice.maximum is not null
    union all
    select
        t.rank,
        t.slice_id,
        t.subscription_id,
        t.minimum,
        t.maximum,
        t.name,
        t.period_from,
        t.period_to,
        t.starts_on as service_from,
        t.ends_before as service_to,
        coalesce(whole.days, t.ends_before - t.starts_on) as days,
        coalesce(whole.base_days, t.period_to - t.period_from) as base_days,
        case when t.has_arrears then t.is_closing_arrears else t.is_closing end and t.service_to = t.ends_before
            as is_due,
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
    plan_minimums, is_late
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
    f.service_from,
    f.service_to,
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
    late.item_id is not null as is_late
from found as f
inner join run_slice as s on s.slice_id = f.slice_id
left join run_late as late on f.rank = 1 and late.item_id = s.item_id and late.period_from = s.period_from
cross join lateral (
    select
        case when s.minimum_proration = 'full' then 1 else f.days end as numerator,
        case when s.minimum_proration = 'full' then 1 else f.base_days end as divisor
) as share
