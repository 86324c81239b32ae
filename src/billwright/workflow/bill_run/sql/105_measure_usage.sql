-- step: measure_usage
-- owner: usage
-- reads: usage_record, usage_meter
-- writes: none
-- uses: run_usage, run_slice, run_price, run_account
-- why: one quantity per metered slice: what happened between the local midnights of its service, in the account's zone.
with

slice as (
    select
        s.slice_id,
        s.subscription_id,
        m.id as meter_id,
        s.service_from::timestamp at time zone a.timezone as starts_at,
        s.service_to::timestamp at time zone a.timezone as ends_at
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    inner join run_account as a on a.account_id = s.account_id
    inner join usage_meter as m on m.code = p.meter
    where s.kind = 'USAGE'
)

insert into run_usage
select
    slice.slice_id,
    total.quantity,
    total.record_count,
    total.first_at,
    total.last_at,
    total.digest
from slice
cross join lateral (
    select
        coalesce(sum(r.quantity), 0) as quantity,
        count(*) as record_count,
        min(r.happened_at) as first_at,
        max(r.happened_at) as last_at,
        md5(string_agg(r.id || ':' || trim_scale(r.quantity), ',' order by r.id))::uuid as digest
    from usage_record as r
    where r.subscription_id = slice.subscription_id
      and r.meter_id = slice.meter_id
      and r.happened_at >= slice.starts_at
      and r.happened_at < slice.ends_at
    offset 0
) as total
