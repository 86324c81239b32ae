-- step: add_matches
-- owner: receivables
-- reads: receivables_unallocated_cash
-- writes: receivables_match_proposal
-- why: the findings of a batch, with what their pieces of cash say already. What posts is accepted as it is written.
insert into receivables_match_proposal (
    id, cash_id, payment_id, legal_entity_id, account_id, currency, amount_minor, value_date, target_on, owner, state,
    evidence_kind, evidence, probability, is_deciding, reason, write_off_minor, write_off_kind, run_key, made_by,
    made_at, decision, decided_by, decided_at, allocation_ids, moved_cash_ids
)
select
    t.id,
    t.cash_id,
    c.payment_id,
    c.legal_entity_id,
    t.account_id,
    c.currency,
    t.amount_minor,
    c.value_date,
    t.target_on,
    t.owner,
    case when t.posts then 'ACCEPTED' else 'OPEN' end as state,
    t.evidence_kind,
    t.evidence,
    t.probability,
    t.is_deciding,
    t.reason,
    t.write_off_minor,
    t.write_off_kind,
    %(run_key)s as run_key,
    %(actor)s as made_by,
    %(at)s as made_at,
    case when t.posts then 'AUTO' else '' end as decision,
    case when t.posts then %(actor)s else '' end as decided_by,
    case when t.posts then %(at)s end as decided_at,
    t.allocation_ids,
    t.moved_cash_ids
from json_to_recordset(%(matches)s) as t (
    id bigint, cash_id bigint, account_id bigint, amount_minor bigint, target_on date, owner text, posts boolean,
    evidence_kind text, evidence jsonb, probability numeric, is_deciding boolean, reason text, write_off_minor bigint,
    write_off_kind text, allocation_ids jsonb, moved_cash_ids jsonb
)
inner join receivables_unallocated_cash as c on t.cash_id = c.id
order by t.id
