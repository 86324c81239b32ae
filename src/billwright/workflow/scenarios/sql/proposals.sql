-- step: proposals
-- owner: receivables
-- reads: receivables_match_proposal, receivables_match_item, receivables_open_item
-- writes: none
-- why: what matching found for each payment and still holds, item by item.
select
    p.id,
    p.payment_id,
    i.invoice_id,
    p.write_off_minor,
    p.currency
from receivables_match_proposal as p
inner join receivables_match_item as m on p.id = m.proposal_id
inner join receivables_open_item as i on m.open_item_id = i.id
where p.state in ('OPEN', 'ACCEPTED')
order by p.id, m.place
