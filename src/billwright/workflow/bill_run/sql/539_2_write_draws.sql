-- step: write_draws
-- owner: rating
-- reads: none
-- writes: rating_prepaid_draw
-- uses: run_draw, run_due, run_verdict
-- why: what billed periods took from lots of prepaid units, with the claim that billed them.
insert into rating_prepaid_draw (lot_id, item_id, claim_no, period_from, units, run_id)
select
    d.lot_id,
    d.item_id,
    d.claim_no,
    d.period_from,
    d.units,
    %(run_id)s as run_id
from run_draw as d
inner join run_due as due on due.item_id = d.item_id
inner join run_verdict as v on v.payer_id = d.payer_id and v.outcome = 'ISSUED'
order by d.lot_id, d.item_id, d.period_from
