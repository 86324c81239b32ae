-- step: hold_documents
-- owner: invoicing
-- reads: invoicing_held_document
-- writes: invoicing_held_document
-- uses: run_finding, run_digest, run_payer
-- needs: run_finding
-- why: what a check holds waits for a person, each with its reason; what a person released before, and is the same to the
-- digest, is not held again. One bad account stops nobody else.
insert into invoicing_held_document (
    run_id, payer_id, legal_entity_id, currency, total_minor, code, facts, digest, state, held_at, decided_by, reason
)
select
    %(run_id)s as run_id,
    f.payer_id,
    p.legal_entity_id,
    p.currency,
    g.total_minor,
    f.code,
    (jsonb_agg(f.facts order by f.item_id)) -> 0 as facts,
    g.digest,
    'OPEN' as state,
    %(at)s as held_at,
    '' as decided_by,
    '' as reason
from run_finding as f
inner join run_digest as g on g.payer_id = f.payer_id
inner join run_payer as p on p.payer_id = f.payer_id
where f.severity = 'HOLD'
  and not exists (
      select 1
      from invoicing_held_document as h
      where h.payer_id = f.payer_id and h.code = f.code and h.digest = g.digest and h.state = 'RELEASED'
  )
group by f.payer_id, p.legal_entity_id, p.currency, g.total_minor, f.code, g.digest
on conflict (run_id, payer_id, code, digest) do update
set state = 'OPEN'
where invoicing_held_document.state = 'GONE'
