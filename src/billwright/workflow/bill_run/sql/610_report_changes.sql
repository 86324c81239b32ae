-- step: report_changes
-- owner: invoicing
-- reads: invoicing_bill_run_finding, invoicing_bill_run_payer
-- writes: invoicing_bill_run_finding
-- uses: run_verdict, run_digest, run_finding
-- why: a payer who differs from what was approved is a finding, not an invoice; so is a block that appeared since.
with

changed as (
    select
        v.payer_id,
        null::bigint as item_id,
        'changed_since_approval' as code,
        jsonb_build_object('approved_minor', p.total_minor, 'now_minor', coalesce(g.total_minor, 0)) as facts
    from run_verdict as v
    left join run_digest as g on g.payer_id = v.payer_id
    left join invoicing_bill_run_payer as p on p.run_id = %(run_id)s and p.payer_id = v.payer_id
    where v.outcome = 'CHANGED'
    union all
    select f.payer_id, f.item_id, f.code, f.facts
    from run_finding as f
    inner join run_verdict as v on v.payer_id = f.payer_id and v.outcome = 'BLOCKED'
)

insert into invoicing_bill_run_finding (run_id, payer_id, item_id, code, severity, facts, cleared_by, clearance)
select
    %(run_id)s as run_id, c.payer_id, c.item_id, c.code, 'BLOCK' as severity, c.facts,
    '' as cleared_by, '' as clearance
from changed as c
where not exists (
    select 1
    from invoicing_bill_run_finding as k
    where k.run_id = %(run_id)s
      and k.payer_id = c.payer_id
      and k.code = c.code
      and k.item_id is not distinct from c.item_id
)
order by c.payer_id, c.code
