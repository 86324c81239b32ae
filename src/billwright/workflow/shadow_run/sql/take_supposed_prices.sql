-- step: take_supposed_prices
-- owner: subscriptions
-- reads: none
-- writes: none
-- uses: run_slice, run_other_price
-- why: every period that begins on the day or later is priced as if the other price were in force.
update run_slice as s
set price_id = other.other_price_id
from run_other_price as other
where other.price_id = s.price_id and s.service_from >= %(prices_from)s::date
