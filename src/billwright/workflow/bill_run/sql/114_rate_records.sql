-- step: rate_records
-- owner: rating
-- reads: usage_record, catalog_price_by_value
-- writes: none
-- uses: run_record, run_slice, run_window, run_price
-- needs: run_window
-- why: prices that look at each record: percentages, started steps, prices by a property. Free while both the included
-- amount and the included records last, in the order in which they happened; the record that crosses the amount pays on
-- the excess. Without a meter the subscription's own quantity is the one record.
with

slice as (
    select
        s.slice_id,
        s.model,
        s.price_id,
        s.kind,
        s.quantity,
        p.unit_price,
        p.per,
        p.step,
        p.included,
        p.included_records,
        p.percent,
        p.fixed,
        p.record_minimum,
        p.record_maximum,
        p.by_property
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    where (s.model = 'PERCENTAGE' or (s.model = 'PER_UNIT' and (p.step is not null or p.by_property <> '')))
      and s.kind <> 'ENDED'
),

record as (
    select
        slice.*,
        u.id as record_id,
        u.key,
        u.happened_at,
        case when w.aggregate = 'COUNT' then 1 else u.quantity end as units,
        u.properties ->> nullif(slice.by_property, '') as value
    from slice
    inner join run_window as w on w.slice_id = slice.slice_id
    cross join lateral (
        select r.id, r.key, r.happened_at, r.quantity, r.properties
        from usage_record as r
        where r.subscription_id = w.subscription_id
          and r.meter_id = w.meter_id
          and r.happened_at >= w.starts_at
          and r.happened_at < w.ends_at
        offset 0
    ) as u
    where slice.kind = 'USAGE'
    union all
    select
        slice.*,
        null as record_id,
        '' as key,
        null as happened_at,
        slice.quantity as units,
        null as value
    from slice
    where slice.kind <> 'USAGE'
),

stepped as (
    select
        r.*,
        case
            when r.step is null then r.units
            else sign(r.units) * ceil(abs(r.units) / r.step) * r.step
        end as counted
    from record as r
),

placed as (
    select
        s.*,
        row_number() over in_order as place,
        sum(s.counted) over in_order as reached
    from stepped as s
    window in_order as (partition by s.slice_id order by s.happened_at, s.record_id)
),

billed as (
    select
        p.*,
        case
            when p.included = 0 and p.included_records is null then p.counted
            when p.place > p.included_records then p.counted
            when p.included = 0 then 0
            else p.counted - greatest(least(p.counted, p.included - (p.reached - p.counted)), least(p.counted, 0))
        end as billed
    from placed as p
),

valued as (
    select
        b.*,
        v.value as known_value,
        coalesce(v.unit_price, b.unit_price) as price,
        b.billed = 0
        and (b.included > 0 or b.included_records is not null)
        and b.place <= coalesce(b.included_records, b.place)
        and (b.included = 0 or b.reached - b.counted < b.included) as is_free
    from billed as b
    left join catalog_price_by_value as v on v.price_id = b.price_id and v.value = b.value
),

rated as (
    select
        v.*,
        case
            when v.is_free then 0
            when v.model = 'PER_UNIT' then v.billed * v.price / v.per
            else least(
                greatest(v.billed * v.percent * 0.01 + v.fixed, coalesce(v.record_minimum, '-infinity')),
                coalesce(v.record_maximum, 'infinity')
            )
        end as amount
    from valued as v
)

insert into run_record
select
    r.slice_id,
    r.record_id,
    r.key,
    r.billed,
    r.amount,
    true as rated,
    '' as prefix,
    case
        when r.by_property = '' then '[]'::jsonb
        else jsonb_build_array(
            jsonb_build_object(
                'band', coalesce(r.known_value, ''), 'quantity', trim_scale(r.billed)::text,
                'amount', trim_scale(r.amount)::text, 'unit', trim_scale(r.price)::text
            )
        )
    end as parts
from rated as r
