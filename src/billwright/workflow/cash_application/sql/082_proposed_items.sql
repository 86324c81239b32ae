-- step: proposed_items
-- owner: receivables
-- reads: receivables_match_item
-- writes: none
-- why: for which findings items stand or stood. One table alone: joined to the findings, a plan made before a run would
--      search all of them once an item while the run adds to them.
select
    m.proposal_id,
    m.open_item_id,
    m.amount_minor + m.write_off_minor as reserved_minor
from receivables_match_item as m
where m.open_item_id = any(%(item_ids)s::bigint[])
order by m.proposal_id, m.open_item_id
