-- step: note_written
-- owner: receivables
-- reads: none
-- writes: receivables_match_proposal
-- why: each accepted finding keeps the allocations and moved pieces that it led to, so that undoing takes these back.
update receivables_match_proposal as p
set
    allocation_ids = t.allocation_ids,
    moved_cash_ids = t.moved_cash_ids
from json_to_recordset(%(written)s) as t (id bigint, allocation_ids jsonb, moved_cash_ids jsonb)
where p.id = t.id
