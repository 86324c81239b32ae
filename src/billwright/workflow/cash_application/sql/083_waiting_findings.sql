-- step: waiting_findings
-- owner: receivables
-- reads: receivables_match_proposal
-- writes: none
-- why: what stands in the queue for another receipt is taken off what is open, as an item is paid once; mere order keeps
--      nothing.
select p.id
from receivables_match_proposal as p
where p.id = any(%(proposal_ids)s::bigint[])
    and p.state = 'OPEN'
    and left(p.evidence_kind, 5) <> 'ORDER'
    and p.cash_id <> all(%(cash_ids)s::bigint[])
order by p.id
