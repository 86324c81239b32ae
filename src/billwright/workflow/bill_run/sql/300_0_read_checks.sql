-- step: read_checks
-- owner: invoicing
-- reads: invoicing_check_rule
-- writes: none
-- uses: run_check, run_entity
-- why: what each check does in each company on the day of the run: what was chosen last, or the check's default; a preview
-- supposes something else.
insert into run_check
select
    e.legal_entity_id,
    d.code,
    coalesce(s.chosen ->> 'severity', r.severity, d.preset ->> 'severity') as severity,
    coalesce((s.chosen ->> 'factor')::numeric, r.factor, (d.preset ->> 'factor')::numeric) as factor,
    coalesce((s.chosen ->> 'minimum')::numeric, r.minimum, (d.preset ->> 'minimum')::numeric) as minimum,
    coalesce((s.chosen ->> 'days')::integer, r.days, (d.preset ->> 'days')::integer) as days
from run_entity as e
cross join jsonb_each(%(checks)s::jsonb) as d (code, preset)
left join jsonb_each(%(supposed_checks)s::jsonb) as s (code, chosen) on s.code = d.code
left join lateral (
    select r.severity, r.factor, r.minimum, r.days
    from invoicing_check_rule as r
    where r.legal_entity_id = e.legal_entity_id and r.code = d.code and r.valid_from <= %(day_max)s
    order by r.valid_from desc, r.id desc
    limit 1
) as r on true
