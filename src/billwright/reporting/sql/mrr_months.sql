-- step: mrr_months
-- owner: reporting
-- reads: none
-- writes: none
-- uses: mrr_unit
-- why: the movements of each month, company and currency, which explain its change to the cent.
select
    u.legal_entity_id,
    u.currency,
    u.ends_on,
    sum(u.opening_minor)::bigint as opening_minor,
    coalesce(sum(u.closing_minor - u.opening_minor) filter (where u.movement = 'new'), 0)::bigint as new_minor,
    coalesce(sum(u.closing_minor - u.opening_minor) filter (where u.movement = 'expansion'), 0)::bigint
        as expansion_minor,
    coalesce(sum(u.closing_minor - u.opening_minor) filter (where u.movement = 'contraction'), 0)::bigint
        as contraction_minor,
    coalesce(sum(u.closing_minor - u.opening_minor) filter (where u.movement = 'churn'), 0)::bigint as churn_minor,
    coalesce(sum(u.closing_minor - u.opening_minor) filter (where u.movement = 'reactivation'), 0)::bigint
        as reactivation_minor,
    sum(u.closing_minor)::bigint as closing_minor,
    count(*) filter (where u.closing_minor <> 0) as unit_count,
    count(*) filter (where u.movement = 'churn') as churned_count
from mrr_unit as u
group by u.legal_entity_id, u.currency, u.ends_on
order by u.legal_entity_id, u.currency, u.ends_on
