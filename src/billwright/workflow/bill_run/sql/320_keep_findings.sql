-- step: keep_findings
-- owner: invoicing
-- reads: invoicing_bill_run_finding, invoicing_held_document
-- writes: invoicing_bill_run_finding
-- uses: run_finding, run_digest
-- why: findings wait for a person; a second preparation of the same shard adds none twice. What a person
-- released before, and is the same to the digest, is released.
insert into invoicing_bill_run_finding (
    run_id, payer_id, item_id, code, severity, facts, cleared_by, cleared_at, clearance
)
select
    %(run_id)s as run_id,
    f.payer_id,
    f.item_id,
    f.code,
    f.severity,
    f.facts,
    coalesce(released.decided_by, '') as cleared_by,
    released.decided_at as cleared_at,
    left(coalesce(released.reason, ''), 200) as clearance
from run_finding as f
left join lateral (
    select h.decided_by, h.decided_at, h.reason
    from run_digest as g
    inner join invoicing_held_document as h
        on h.payer_id = g.payer_id and h.code = f.code and h.digest = g.digest and h.state = 'RELEASED'
    where f.severity = 'HOLD' and g.payer_id = f.payer_id
    order by h.id desc
    limit 1
) as released on true
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
