-- step: match_history
-- owner: receivables
-- reads: receivables_match_proposal, receivables_allocation, receivables_unallocated_cash, receivables_write_off,
--        payments_payment
-- writes: none
-- why: right answers are findings that a person accepted as proposed and that still stand; wrong ones were rejected,
--      changed or taken back, also where they had posted by themselves. Money that the bank took back later says nothing
--      about the finding. What was taken back is looked for from its few reversals, not from all that stands.
with

undone as materialized (
    select
        r.reverses_id as allocation_id,
        coalesce(c.payment_id, w.payment_id) as payment_id
    from receivables_allocation as r
    left join receivables_unallocated_cash as c on r.cash_id = c.id
    left join receivables_write_off as w on r.write_off_id = w.id
    where r.reverses_id is not null
),

taken_back as materialized (
    select distinct p.id
    from undone as u
    inner join payments_payment as y on u.payment_id = y.id and y.state = 'RECEIVED'
    inner join receivables_match_proposal as p
        on u.payment_id = p.payment_id and p.allocation_ids @> to_jsonb(u.allocation_id)
    where p.state = 'ACCEPTED'
),

counted as (
    select
        p.legal_entity_id,
        p.evidence_kind,
        count(*) filter (where p.state = 'ACCEPTED' and p.decision = 'PERSON') as right_count,
        count(*) filter (where p.state <> 'ACCEPTED' or p.decision = 'CHANGED') as wrong_count
    from receivables_match_proposal as p
    where p.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
        and p.state not in ('OPEN', 'REPLACED')
        and p.evidence_kind <> ''
    group by p.legal_entity_id, p.evidence_kind
    union all
    select
        p.legal_entity_id,
        p.evidence_kind,
        -count(*) filter (where p.decision = 'PERSON') as right_count,
        count(*) filter (where p.decision <> 'CHANGED') as wrong_count
    from taken_back as t
    inner join receivables_match_proposal as p on t.id = p.id
    where p.legal_entity_id = any(%(legal_entity_ids)s::bigint[]) and p.evidence_kind <> ''
    group by p.legal_entity_id, p.evidence_kind
)

select
    c.legal_entity_id,
    c.evidence_kind,
    sum(c.right_count)::bigint as right_count,
    sum(c.wrong_count)::bigint as wrong_count
from counted as c
group by c.legal_entity_id, c.evidence_kind
order by c.legal_entity_id, c.evidence_kind
