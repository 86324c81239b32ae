-- step: renewals_ahead
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_billing_mark, subscriptions_grid_period, subscriptions_subscription,
-- accounts_billing_account, catalog_plan, catalog_plan_charge, catalog_price, catalog_renewal_rule, org_currency
-- writes: none
-- why: periods in advance that begin within some days where service goes on: when each is invoiced, whether it is, and
-- what it comes to before discount and tax (none: its price has parts). Totals by currency come along on every row.
with

rule as (
    select distinct on (r.plan_id) r.plan_id, r.ahead_days
    from catalog_renewal_rule as r
    where r.plan_id is not null and r.valid_from <= %(since)s
    order by r.plan_id, r.valid_from desc, r.id desc
),

renewal as (
    select
        i.id,
        i.account_id,
        i.subscription_id,
        s.number as subscription_number,
        n.code as plan_code,
        n.name as plan_name,
        c.name as charge_name,
        g.starts_on as renews_on,
        least(g.ends_before, coalesce(i.effective_to, g.ends_before)) as service_to,
        g.starts_on - coalesce(rule.ahead_days, 0) as invoice_on,
        m.billed_through > g.starts_on as is_invoiced,
        p.currency_id as currency,
        case
            when c.model in ('FLAT', 'PER_UNIT') then
                (
                    round(
                        p.unit_price * case when c.model = 'PER_UNIT' then i.quantity / p.per else 1 end
                        * i.share_percent / 100
                        * (least(g.ends_before, coalesce(i.effective_to, g.ends_before)) - g.starts_on) / g.day_count,
                        y.exponent
                    ) * power(10::numeric, y.exponent)
                )::bigint
        end as amount_minor
    from subscriptions_item as i
    inner join subscriptions_billing_mark as m on m.item_id = i.id
    inner join catalog_plan_charge as c on c.id = i.plan_charge_id and c.timing = 'ADVANCE' and c.meter = ''
    inner join catalog_plan as n on n.id = c.plan_id
    inner join catalog_price as p on p.id = i.price_id
    inner join org_currency as y on y.code = p.currency_id
    inner join subscriptions_subscription as s on s.id = i.subscription_id
    inner join accounts_billing_account as a on a.id = i.account_id
    inner join subscriptions_grid_period as g
        on g.grid_id = i.grid_id
        and g.starts_on >= %(since)s
        and g.starts_on < %(until)s
        and g.starts_on >= i.effective_from
    left join rule on rule.plan_id = c.plan_id
    where (i.effective_to is null or i.effective_to > g.starts_on)
      and s.starts_on < g.starts_on
      and (i.free_until is null or i.free_until <= g.starts_on)
      and (%(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[]))
      and (%(legal_entity_ids)s::bigint[] is null or a.legal_entity_id = any(%(legal_entity_ids)s::bigint[]))
      and (%(subscription_id)s::bigint is null or i.subscription_id = %(subscription_id)s)
      and (%(plan_code)s = '' or n.code = %(plan_code)s)
      and (%(is_invoiced)s::boolean is null or (m.billed_through > g.starts_on) = %(is_invoiced)s)
),

total as (
    select
        jsonb_object_agg(
            by_currency.currency, jsonb_build_array(by_currency.renewal_count, by_currency.amount_minor)
        ) as totals
    from (
        select r.currency, count(*) as renewal_count, coalesce(sum(r.amount_minor), 0) as amount_minor
        from renewal as r
        group by r.currency
    ) as by_currency
)

select
    renewal.id,
    renewal.account_id,
    renewal.subscription_id,
    renewal.subscription_number,
    renewal.plan_code,
    renewal.plan_name,
    renewal.charge_name,
    renewal.renews_on,
    renewal.service_to,
    renewal.invoice_on,
    renewal.is_invoiced,
    renewal.currency,
    renewal.amount_minor,
    (select total.totals from total) as totals
from renewal
where %(after_day)s::date is null
   or (renewal.renews_on, renewal.id) > (%(after_day)s::date, %(after_id)s::bigint)
order by renewal.renews_on, renewal.id
limit %(limit)s
