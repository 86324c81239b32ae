-- step: mrr_units
-- owner: reporting
-- reads: none
-- writes: none
-- uses: mrr_unit, mrr_value
-- why: each unit (a subscription, or an account with all of its) at two month ends, and what the difference is called.
-- What it brings at one is what the next month opens with. It came back if it had begun by the month end before and brought
-- nothing at it.
with

told as (
    select
        v.legal_entity_id,
        v.currency,
        v.unit_id,
        v.begun_on,
        v.ends_on,
        0 as opening_minor,
        v.amount_minor as closing_minor
    from mrr_value as v
    union all
    select
        v.legal_entity_id,
        v.currency,
        v.unit_id,
        v.begun_on,
        (v.ends_on + 1 + interval '1 month')::date - 1 as ends_on,
        v.amount_minor as opening_minor,
        0 as closing_minor
    from mrr_value as v
),

compared as (
    select
        t.legal_entity_id,
        t.currency,
        t.unit_id,
        t.begun_on,
        t.ends_on,
        sum(t.opening_minor)::bigint as opening_minor,
        sum(t.closing_minor)::bigint as closing_minor
    from told as t
    where t.ends_on >= %(first)s and t.ends_on < %(last)s::date + interval '1 month'
    group by t.legal_entity_id, t.currency, t.unit_id, t.begun_on, t.ends_on
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
        when c.opening_minor = 0 and c.begun_on < date_trunc('month', c.ends_on::timestamp) then 'reactivation'
        when c.opening_minor = 0 then 'new'
        when c.closing_minor > c.opening_minor then 'expansion'
        else 'contraction'
    end as movement
from compared as c
where c.opening_minor <> 0 or c.closing_minor <> 0
