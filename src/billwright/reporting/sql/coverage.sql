-- step: coverage
-- owner: reporting
-- reads: subscriptions_item, subscriptions_billing_mark, subscriptions_grid_period, subscriptions_subscription, subscriptions_billing_hold, catalog_plan_charge, catalog_price, accounts_billing_account, invoicing_invoice, invoicing_invoice_line, invoicing_coverage_reason, org_currency
-- writes: none
-- why: every day of service of every recurring charge is on one line, or there is a reason. What a charge's lines cover is
-- told by where they begin and end: when these cancel out but for its own first day and the day through which it is
-- billed, it is whole, and needs no second look. Only the others are laid out day by day. A reason that a person recorded
-- for the days stands beside them. A charge that was paused and
-- resumed within a billed period rests on the line that billed it: items of one price and quantity share their lines, each
-- from its own first day on, and a correction of several stretches takes back what none of them serves.
with

item as not materialized (
    select
        i.id as item_id,
        i.account_id,
        i.subscription_id,
        i.price_id,
        i.grid_id,
        i.quantity,
        i.share_percent,
        i.effective_from,
        i.effective_to,
        i.free_until,
        m.billed_through,
        m.claim_no,
        c.code as charge,
        c.model,
        c.meter,
        c.timing,
        a.number as account,
        a.legal_entity_id,
        a.currency_id as currency,
        case
            when i.effective_to <= %(as_of)s then i.effective_to
            when c.timing = 'ADVANCE' then least(period.ends_before, i.effective_to)
            else greatest(period.starts_on, i.effective_from)
        end as due_before
    from subscriptions_item as i
    inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
    inner join catalog_plan_charge as c on c.id = i.plan_charge_id
    inner join accounts_billing_account as a on a.id = i.account_id
    left join subscriptions_grid_period as period
        on period.grid_id = i.grid_id and period.starts_on <= %(as_of)s and period.ends_before > %(as_of)s
    where c.interval_unit <> 'ONCE'
      and i.grid_id is not null
      and i.effective_from <= %(as_of)s
      and (
          i.effective_to is null or i.effective_to > i.effective_from or m.billed_through > i.effective_from
          or m.claim_no > 0
      )
      and (%(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[]))
      and (%(entity_ids)s::bigint[] is null or a.legal_entity_id = any(%(entity_ids)s::bigint[]))
      and (%(plan_ids)s::bigint[] is null or c.plan_id = any(%(plan_ids)s::bigint[]))
),

billed as (
    select
        l.account_id,
        l.item_id,
        sum(
            case when l.kind = 'CORRECTION' then -1 else 1 end
            * (
                hashint4extended(l.service_from - date '2000-01-01', 0)::numeric
                - hashint4extended(l.service_to - date '2000-01-01', 0)
            )
        ) as ends
    from invoicing_invoice_line as l
    inner join invoicing_invoice as d on d.id = l.invoice_id
    where l.item_id is not null
      and d.state = 'ISSUED'
      and d.document_date <= %(as_of)s
      and l.kind in ('RECURRING', 'USAGE', 'CORRECTION')
      and (%(account_ids)s::bigint[] is null or l.account_id = any(%(account_ids)s::bigint[]))
    group by l.account_id, l.item_id
),

uneven as materialized (
    select
        item.*,
        item.billed_through < item.due_before or item.billed_through > item.effective_to as is_amiss,
        coalesce(billed.ends, 0) - hashint4extended(item.effective_from - date '2000-01-01', 0)::numeric
        + hashint4extended(item.billed_through - date '2000-01-01', 0) as difference
    from item
    left join billed on billed.account_id = item.account_id and billed.item_id = item.item_id
    where item.billed_through < item.due_before
       or item.billed_through > item.effective_to
       or coalesce(billed.ends, 0) <> hashint4extended(item.effective_from - date '2000-01-01', 0)::numeric
           - hashint4extended(item.billed_through - date '2000-01-01', 0)
),

even as (
    -- What is whole by itself, and may carry the days of one that is not.
    select item.*, false as is_amiss, 0::numeric as difference
    from item
    where item.subscription_id = any(array(select uneven.subscription_id from uneven where uneven.meter = ''))
      and not exists (select 1 from uneven where uneven.item_id = item.item_id)
),

alike as (
    select
        uneven.*,
        case when uneven.meter = '' then min(uneven.item_id) over same else uneven.item_id end as kin_id,
        uneven.meter = '' and count(*) over same > 1 as has_kin,
        sum(uneven.difference) over same as differences
    from (select uneven.* from uneven union all select even.* from even) as uneven
    window same as (
        partition by uneven.account_id, uneven.subscription_id, uneven.price_id, uneven.grid_id, uneven.quantity,
            uneven.share_percent
    )
),

suspect as materialized (
    select
        alike.*,
        case when lag(alike.item_id) over kin is null then '-infinity' else alike.effective_from end as shares_from,
        coalesce(lead(alike.effective_from) over kin, 'infinity') as shares_to,
        range_agg(daterange(alike.effective_from, coalesce(alike.effective_to, 'infinity'))) over (
            partition by alike.kin_id
        ) as served
    from alike
    where alike.is_amiss
       or alike.difference <> 0 and not alike.has_kin
       or alike.differences <> 0
    window kin as (partition by alike.kin_id order by alike.effective_from, alike.item_id)
),

line as (
    select
        s.item_id,
        l.invoice_id,
        l.kind,
        l.claim_no,
        lower(stretch.days) as service_from,
        upper(stretch.days) as service_to,
        l.service_to - l.service_from as line_days,
        l.net_minor
    from suspect as s
    inner join suspect as kin on kin.kin_id = s.kin_id
    inner join invoicing_invoice_line as l on l.account_id = kin.account_id and l.item_id = kin.item_id
    inner join invoicing_invoice as d on d.id = l.invoice_id and d.state = 'ISSUED'
    cross join lateral (
        select range_agg(daterange(c.service_from, c.service_to)) as days
        from invoicing_invoice_line as c
        where l.kind = 'CORRECTION'
          and c.account_id = l.account_id
          and c.item_id = l.item_id
          and c.kind = 'CORRECTION'
          and c.credits_invoice_id = l.credits_invoice_id
          and c.credits_line_no = l.credits_line_no
          and c.days = c.service_to - c.service_from
          and (c.invoice_id, c.line_no) <> (l.invoice_id, l.line_no)
        offset 0
    ) as other
    cross join lateral unnest(
        datemultirange(
            daterange(l.service_from, l.service_to) * daterange(s.shares_from::date, s.shares_to::date)
        )
        - case
            -- A correction with holes left out what was served when it was written: what is served now, and what others
            -- took back of the same line.
            when l.kind = 'CORRECTION' and l.days < l.service_to - l.service_from
                then s.served + coalesce(other.days, '{}'::datemultirange)
            else '{}'::datemultirange
        end
    ) as stretch (days)
    where d.document_date <= %(as_of)s and l.kind in ('RECURRING', 'USAGE', 'CORRECTION')
),

first_line as (
    select line.item_id, min(line.service_from) as starts_on
    from line
    where line.claim_no = 1
    group by line.item_id
),

daily as (
    select distinct on (line.item_id)
        line.item_id,
        abs(line.net_minor)::numeric / nullif(line.line_days, 0) as minor_a_day
    from line
    where line.kind <> 'CORRECTION'
    order by line.item_id, line.service_from desc
),

edge as (
    select
        line.item_id,
        line.service_from as day,
        case when line.kind = 'CORRECTION' then -1 else 1 end as change
    from line
    union all
    select line.item_id, line.service_to as day, case when line.kind = 'CORRECTION' then 1 else -1 end as change
    from line
    union all
    select s.item_id, cut.day, 0 as change
    from suspect as s
    cross join lateral (
        values (s.effective_from), (s.effective_to), (s.free_until), (s.due_before), (s.billed_through)
    ) as cut (day)
    where cut.day is not null
),

step as (
    select edge.item_id, edge.day, sum(edge.change) as change
    from edge
    group by edge.item_id, edge.day
),

level as (
    select
        step.item_id,
        step.day as starts_on,
        lead(step.day) over (partition by step.item_id order by step.day) as ends_before,
        sum(step.change) over (partition by step.item_id order by step.day) as line_count
    from step
),

judged as (
    select
        level.starts_on,
        level.ends_before,
        level.line_count,
        s.*,
        case
            when level.line_count > 1 and s.meter <> '' then 'whole'
            when level.line_count > 1 then 'duplicate'
            when level.line_count < 0 then 'credited_twice'
            when level.line_count = 1 and level.starts_on >= s.effective_to then 'after_the_end'
            when level.line_count = 1 then 'whole'
            when level.starts_on < s.effective_from or level.starts_on >= least(s.due_before, s.effective_to)
                then 'whole'
            when level.starts_on < s.free_until then 'trial'
            when s.share_percent = 0 then 'pause'
            when first_line.starts_on is null and s.claim_no = 0 and level.ends_before <= s.billed_through
                then 'elsewhere'
            when level.ends_before <= first_line.starts_on then 'elsewhere'
            when level.starts_on >= s.billed_through and held.is_held then 'hold'
            when level.starts_on >= s.billed_through then 'unbilled'
            when s.meter <> '' then 'no_usage'
            when daily.minor_a_day is null and price.unit_price = 0 then 'free'
            else 'gap'
        end as verdict,
        round(
            (level.ends_before - level.starts_on) * coalesce(
                nullif(daily.minor_a_day, 0),
                price.unit_price * case when s.model = 'PER_UNIT' then s.quantity / price.per else 1 end
                * s.share_percent * 0.01 * power(10::numeric, currency.exponent) / nullif(
                    -- Looked up where no line tells a price: as a join, each charge would meet its whole calendar.
                    (
                        select period.day_count
                        from subscriptions_grid_period as period
                        where period.grid_id = s.grid_id
                          and period.starts_on <= level.starts_on
                          and period.ends_before > level.starts_on
                        order by period.starts_on desc
                        limit 1
                    ),
                    0
                ),
                0
            )
            * case when level.line_count > 1 then level.line_count - 1 else 1 end
        )::bigint as value_minor
    from level
    inner join suspect as s on s.item_id = level.item_id
    inner join catalog_price as price on price.id = s.price_id
    inner join org_currency as currency on currency.code = s.currency
    left join first_line on first_line.item_id = s.item_id
    left join daily on daily.item_id = s.item_id
    cross join lateral (
        select exists (
            select 1
            from subscriptions_billing_hold as h
            where h.account_id = s.account_id
              and (h.subscription_id is null or h.subscription_id = s.subscription_id)
              and h.released_at is null
              and h.valid_from <= %(as_of)s
              and (h.valid_until is null or h.valid_until > %(as_of)s)
        ) as is_held
    ) as held
    where level.ends_before is not null
)

select
    case when explained.reason is null then j.verdict else 'explained' end as verdict,
    j.account_id,
    j.account,
    j.subscription_id,
    subscription.number as subscription,
    j.item_id,
    j.charge,
    j.starts_on,
    j.ends_before,
    j.line_count::integer as line_count,
    j.currency,
    j.value_minor,
    coalesce(explained.reason, '') as reason,
    coalesce(explained.recorded_by, '') as recorded_by
from judged as j
inner join subscriptions_subscription as subscription on subscription.id = j.subscription_id
left join lateral (
    select r.reason, r.recorded_by
    from invoicing_coverage_reason as r
    where r.item_id = j.item_id
      and r.starts_on <= j.starts_on
      and r.ends_before >= j.ends_before
      and j.verdict in ('gap', 'unbilled', 'duplicate', 'credited_twice', 'after_the_end')
    order by r.id desc
    limit 1
) as explained on true
where j.verdict <> 'whole'
  and (%(since)s::date is null or j.ends_before > %(since)s)
order by j.account_id, j.item_id, j.starts_on
