-- step: mrr_units
-- owner: reporting
-- reads: none
-- writes: none
-- uses: mrr_unit, mrr_value
-- why: each unit (a subscription, or an account with all of its) at two month ends, and what the difference is called.
-- It came back if it had begun by the month end before and brought nothing at it.
with

month as (
    select (series.starts_on - interval '1 day')::date as ends_on
    from generate_series(%(first)s::timestamp, %(last)s::timestamp + interval '1 month', '1 month')
        as series (starts_on)
),

valued as (
    select
        v.legal_entity_id,
        v.currency,
        case when %(by)s = 'account' then v.account_id else v.subscription_id end as unit_id,
        v.ends_on,
        sum(v.amount_minor) as amount_minor,
        min(v.begun_on) as begun_on
    from mrr_value as v
    group by 1, 2, 3, 4
),

unit as (
    select v.legal_entity_id, v.currency, v.unit_id, min(v.begun_on) as begun_on
    from valued as v
    group by v.legal_entity_id, v.currency, v.unit_id
),

compared as (
    select
        unit.*,
        month.ends_on,
        coalesce(v.amount_minor, 0) as closing_minor,
        coalesce(lag(v.amount_minor) over (
            partition by unit.legal_entity_id, unit.currency, unit.unit_id order by month.ends_on
        ), 0) as opening_minor,
        lag(month.ends_on) over (
            partition by unit.legal_entity_id, unit.currency, unit.unit_id order by month.ends_on
        ) as opened_on
    from unit
    cross join month
    left join valued as v
        on v.legal_entity_id = unit.legal_entity_id
        and v.currency = unit.currency
        and v.unit_id = unit.unit_id
        and v.ends_on = month.ends_on
)

insert into mrr_unit
select
    c.legal_entity_id,
    c.currency,
    c.unit_id,
    c.ends_on,
    c.opening_minor,
    c.closing_minor,
    case
        when c.opening_minor = c.closing_minor then ''
        when c.closing_minor = 0 then 'churn'
        when c.opening_minor = 0 and c.begun_on <= c.opened_on then 'reactivation'
        when c.opening_minor = 0 then 'new'
        when c.closing_minor > c.opening_minor then 'expansion'
        else 'contraction'
    end as movement
from compared as c
where c.opened_on is not null
  and (c.opening_minor <> 0 or c.closing_minor <> 0)
