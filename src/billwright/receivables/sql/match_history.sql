-- step: match_history
-- owner: receivables
-- reads: receivables_match_proposal, receivables_allocation
-- writes: none
-- why: right answers are findings that a person accepted as proposed and that still stand; wrong ones were rejected,
--      changed or taken back, also where they had posted by themselves.
with

decided as (
    select
        p.legal_entity_id,
        p.evidence_kind,
        p.state,
        p.decision,
        exists (
            select 1
            from jsonb_array_elements_text(p.allocation_ids) as a (id)
            inner join receivables_allocation as r on a.id::bigint = r.reverses_id
        ) as is_taken_back
    from receivables_match_proposal as p
    where p.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and p.state not in ('OPEN', 'REPLACED')
        and p.evidence_kind <> ''
)

select
    d.legal_entity_id,
    d.evidence_kind,
    count(*) filter (where d.state = 'ACCEPTED' and d.decision = 'PERSON' and not d.is_taken_back) as right_count,
    count(*) filter (where d.state <> 'ACCEPTED' or d.decision = 'CHANGED' or d.is_taken_back) as wrong_count
from decided as d
group by d.legal_entity_id, d.evidence_kind
order by d.legal_entity_id, d.evidence_kind
