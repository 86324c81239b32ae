-- step: sum_records
-- owner: rating
-- reads: none
-- writes: none
-- uses: run_part, run_record
-- why: the bands, prefixes or property values behind a line of rated records, each with what it counted and came to.
with

part as (
    select
        r.slice_id,
        concat_ws(' ', nullif(r.prefix, ''), nullif(p.band, '')) as label,
        coalesce(p.unit, 0) as unit_price,
        sum(p.quantity) as quantity,
        sum(p.amount) as amount
    from run_record as r
    cross join lateral jsonb_to_recordset(r.parts) as p (band text, quantity numeric, amount numeric, unit numeric)
    where r.rated
    group by r.slice_id, label, coalesce(p.unit, 0)
)

insert into run_part (slice_id, part_no, label, quantity, unit_price, flat, amount)
select
    p.slice_id,
    row_number() over (partition by p.slice_id order by p.label, p.unit_price) as part_no,
    left(p.label, 80) as label,
    p.quantity,
    p.unit_price,
    0 as flat,
    p.amount
from part as p
