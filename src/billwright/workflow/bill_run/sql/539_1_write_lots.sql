-- step: write_lots
-- owner: rating
-- reads: none
-- writes: rating_prepaid_lot
-- uses: run_lot, run_verdict
-- why: included units that a closed period left over hold for the periods after it.
insert into rating_prepaid_lot (
    id, subscription_id, meter, source, units, granted_on, expires_on, item_id, period_from, run_id, entered_by,
    entered_at
)
select
    l.lot_id as id,
    l.subscription_id,
    l.meter,
    'ROLLOVER' as source,
    l.units,
    l.granted_on,
    l.expires_on,
    l.item_id,
    l.period_from,
    %(run_id)s as run_id,
    %(actor)s as entered_by,
    %(at)s as entered_at
from run_lot as l
inner join run_verdict as v on v.payer_id = l.payer_id and v.outcome = 'ISSUED'
order by l.lot_id
