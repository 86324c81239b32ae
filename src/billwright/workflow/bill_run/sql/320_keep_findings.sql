-- step: keep_findings
-- owner: invoicing
-- reads: invoicing_bill_run_finding
-- writes: invoicing_bill_run_finding
-- uses: run_finding
-- why: findings wait for a person; a second preparation of the same shard adds none twice.
insert into invoicing_bill_run_finding (run_id, payer_id, item_id, code, severity, facts, cleared_by, clearance)
select %(run_id)s as run_id, f.payer_id, f.item_id, f.code, f.severity, f.facts, '' as cleared_by, '' as clearance
from run_finding as f
where not exists (
    select 1
    from invoicing_bill_run_finding as k
    where k.run_id = %(run_id)s
      and k.payer_id = f.payer_id
      and k.code = f.code
      and k.item_id is not distinct from f.item_id
      and k.facts = f.facts
)
order by f.payer_id, f.code, f.item_id
