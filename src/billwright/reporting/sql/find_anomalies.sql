-- step: find_anomalies
-- owner: reporting
-- reads: subscriptions_subscription, subscriptions_item, catalog_price, catalog_price_tier, catalog_price_by_value, catalog_call_band, catalog_plan_charge, usage_record, accounts_billing_account, invoicing_invoice, invoicing_invoice_line
-- writes: none
-- why: what looks wrong with subscriptions on a day: in service without a price, free though no trial runs, metered
-- but silent, days billed twice, billed beyond its end. Each names since when and the money that stands behind it.
with

running as (
    select s.id, s.number, s.account_id, s.starts_on, s.trial_until, s.ends_before
    from subscriptions_subscription as s
    where s.starts_on <= %(as_of)s and (s.ends_before is null or s.ends_before > %(as_of)s)
),

item as (
    select
        i.subscription_id,
        i.effective_from,
        c.meter,
        p.unit_price = 0
        and p.fixed = 0
        and coalesce(p.percent, 0) = 0
        and not exists (select 1 from catalog_call_band as b where b.price_id = p.id)
        and not exists (select 1 from catalog_price_by_value as v where v.price_id = p.id and v.unit_price <> 0)
        and not exists (
            select 1
            from catalog_price_tier as t
            where t.price_id = p.id and (t.unit_price <> 0 or t.flat <> 0 or coalesce(t.percent, 0) <> 0)
        ) as is_free,
        coalesce(i.free_until, i.effective_from) > %(as_of)s as is_trial
    from subscriptions_item as i
    inner join catalog_price as p on p.id = i.price_id
    inner join catalog_plan_charge as c on c.id = i.plan_charge_id
    where i.effective_from <= %(as_of)s
      and (i.effective_to is null or i.effective_to > %(as_of)s)
      and c.interval_unit <> 'ONCE'
),

line as (
    select
        i.subscription_id,
        i.plan_charge_id,
        l.invoice_id,
        l.line_no,
        l.service_from,
        l.service_to,
        l.net_minor,
        d.currency
    from invoicing_invoice_line as l
    inner join invoicing_invoice as d on d.id = l.invoice_id and d.state = 'ISSUED'
    inner join subscriptions_item as i on i.id = l.item_id
    where l.kind = 'RECURRING'
      and not exists (
          select 1
          from invoicing_invoice_line as k
          inner join invoicing_invoice as c on c.id = k.invoice_id and c.state = 'ISSUED'
          where k.account_id = l.account_id
            and k.credits_line_no = l.line_no
            and coalesce(k.credits_invoice_id, c.corrects_id) = l.invoice_id
      )
),

found as (
    select r.id as subscription_id, 'NO_PRICE' as kind, r.starts_on as since, null::bigint as amount_minor, ''
        as currency
    from running as r
    where not exists (select 1 from item where item.subscription_id = r.id)
    union all
    select r.id, 'FREE', max(item.effective_from), null, ''
    from running as r
    inner join item on item.subscription_id = r.id
    where coalesce(r.trial_until, r.starts_on) <= %(as_of)s
    group by r.id
    having bool_and(item.is_free or (item.is_trial and coalesce(r.trial_until, r.starts_on) <= %(as_of)s))
    union all
    select r.id, 'SILENT', coalesce(last.day + 1, min(item.effective_from)), null, ''
    from running as r
    inner join item on item.subscription_id = r.id and item.meter <> ''
    left join lateral (
        select max(u.day) as day
        from usage_record as u
        where u.subscription_id = r.id
    ) as last on true
    group by r.id, last.day
    having coalesce(last.day + 1, min(item.effective_from)) <= %(as_of)s::date - %(silent_days)s::integer
    union all
    select a.subscription_id, 'TWICE', greatest(a.service_from, b.service_from), least(a.net_minor, b.net_minor),
    a.currency
    from line as a
    inner join line as b
        on b.subscription_id = a.subscription_id
        and b.plan_charge_id = a.plan_charge_id
        and b.service_from < a.service_to
        and a.service_from < b.service_to
        and (a.invoice_id, a.line_no) < (b.invoice_id, b.line_no)
    union all
    select line.subscription_id, 'ENDED', s.ends_before, line.net_minor, line.currency
    from line
    inner join subscriptions_subscription as s on s.id = line.subscription_id
    where s.ends_before <= %(as_of)s and line.service_to > s.ends_before
)

select
    found.kind,
    found.subscription_id,
    s.number as subscription,
    a.id as account_id,
    a.number as account,
    a.legal_entity_id,
    found.since,
    found.amount_minor,
    found.currency
from found
inner join subscriptions_subscription as s on s.id = found.subscription_id
inner join accounts_billing_account as a on a.id = s.account_id
where %(legal_entity_ids)s::bigint[] is null or a.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
order by found.kind, s.number, found.since
limit %(limit)s
