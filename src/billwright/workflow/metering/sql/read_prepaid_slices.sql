-- step: read_prepaid_slices
-- owner: rating
-- reads: rating_prepaid_lot, catalog_price
-- writes: none
-- uses: run_slice, run_price, run_usage, run_late
-- why: measured periods that may draw on prepaid units or leave included ones over; prices that look at each record do
-- neither.
select
    s.payer_id,
    s.subscription_id,
    s.slice_id,
    s.item_id,
    s.claim_no,
    p.meter,
    s.period_from,
    s.period_to,
    s.is_closing and late.item_id is null as is_closing,
    u.quantity,
    p.included,
    c.rollover_periods,
    p.interval_unit,
    p.interval_count
from run_slice as s
inner join run_price as p on p.price_id = s.price_id
inner join catalog_price as c on c.id = s.price_id
inner join run_usage as u on u.slice_id = s.slice_id
left join run_late as late on late.item_id = s.item_id and late.period_from = s.period_from
where s.kind = 'USAGE'
  and p.step is null
  and p.by_property = ''
  and s.model in ('FLAT', 'PER_UNIT', 'PACKAGE', 'GRADUATED', 'VOLUME')
  and (
      c.rollover_periods > 0
      or exists (select 1 from rating_prepaid_lot as l where l.subscription_id = s.subscription_id
          and l.meter = p.meter)
  )
order by s.subscription_id, p.meter, s.period_from, s.slice_id
