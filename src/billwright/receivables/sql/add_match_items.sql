-- step: add_match_items
-- owner: receivables
-- reads: none
-- writes: receivables_match_item
-- why: the items of a batch's findings, in the order in which the money goes to them.
insert into receivables_match_item (proposal_id, open_item_id, place, amount_minor, write_off_minor)
select
    t.proposal_id,
    t.open_item_id,
    t.place,
    t.amount_minor,
    t.write_off_minor
from unnest(
    %(proposal_ids)s::bigint[],
    %(open_item_ids)s::bigint[],
    %(places)s::smallint[],
    %(amounts_minor)s::bigint[],
    %(write_offs_minor)s::bigint[]
) as t (proposal_id, open_item_id, place, amount_minor, write_off_minor)
