-- step: rejected_items
-- owner: receivables
-- reads: receivables_match_proposal, receivables_match_item
-- writes: none
-- why: what a person said no to is not proposed again for the same money.
select distinct
    p.payment_id,
    m.open_item_id
from receivables_match_proposal as p
inner join receivables_match_item as m on p.id = m.proposal_id
where p.payment_id = any(%(payment_ids)s::bigint[]) and p.state in ('REJECTED', 'UNDONE')
