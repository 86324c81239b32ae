-- step: read_due_calls
-- owner: usage
-- reads: usage_record
-- writes: none
-- uses: run_slice, run_window, run_account
-- why: the calls behind the slices of this shard in the order in which they began, a period at a time.
select
    s.slice_id,
    s.price_id,
    a.timezone,
    u.id,
    u.key,
    u.happened_at,
    u.quantity,
    u.properties,
    u.continues_key <> '' as continues
from run_slice as s
inner join run_window as w on w.slice_id = s.slice_id
inner join run_account as a on a.account_id = s.account_id
cross join lateral (
    select r.id, r.key, r.happened_at, r.quantity, r.properties, r.continues_key
    from usage_record as r
    where r.subscription_id = w.subscription_id
      and r.meter_id = w.meter_id
      and r.happened_at >= w.starts_at
      and r.happened_at < w.ends_at
    offset 0
) as u
where s.model = 'CALL' and s.kind = 'USAGE'
order by s.slice_id, u.happened_at, u.id
