-- step: reach_tiers
-- owner: catalog
-- reads: catalog_price_tier
-- writes: none
-- uses: run_part, run_slice, run_usage, run_price
-- why: the tiers that a quantity or usage total reaches and what each comes to in major units, not rounded, before
-- proration. `up_to` belongs to the tier. Graduated: each tier prices its own units; a tier marked all, once reached,
-- prices everything below it too. Volume: the tier reached prices the whole quantity.
with

tier as (
    select
        t.price_id,
        t.tier_no,
        coalesce(lag(t.up_to) over (partition by t.price_id order by t.tier_no), 0) as above,
        t.up_to,
        t.unit_price,
        t.flat,
        t.percent,
        t.package_size,
        t.is_all
    from catalog_price_tier as t
    where t.price_id = any(array(select p.price_id from run_price as p where p.model in ('GRADUATED', 'VOLUME')))
),

measured as (
    select
        s.slice_id,
        s.price_id,
        s.model,
        case when s.service_to > s.service_from then s.first_tier_flat_at_zero else 'free' end
            as first_tier_flat_at_zero,
        greatest(case when s.kind = 'USAGE' then coalesce(u.quantity, 0) else s.quantity end - p.included, 0) as units
    from run_slice as s
    inner join run_price as p on p.price_id = s.price_id
    left join run_usage as u on u.slice_id = s.slice_id
    where s.model in ('GRADUATED', 'VOLUME') and s.kind <> 'ENDED'
),

reached as (
    select
        m.slice_id,
        m.model,
        m.units as whole,
        m.first_tier_flat_at_zero,
        tier.*,
        coalesce(max(tier.tier_no) filter (where tier.is_all) over (partition by m.slice_id), 0) as all_no,
        max(tier.tier_no) over (partition by m.slice_id) as last_no
    from measured as m
    inner join tier on tier.price_id = m.price_id and (m.units > tier.above or (m.units = 0 and tier.above = 0))
),

part as (
    select
        r.*,
        case
            when r.model = 'VOLUME' then r.whole
            when r.tier_no = r.all_no then least(r.whole, coalesce(r.up_to, r.whole))
            else least(r.whole, coalesce(r.up_to, r.whole)) - r.above
        end as quantity
    from reached as r
    where (r.model = 'VOLUME' and r.tier_no = r.last_no) or (r.model = 'GRADUATED' and r.tier_no >= r.all_no)
)

insert into run_part
select
    p.slice_id,
    row_number() over (partition by p.slice_id order by p.tier_no) as part_no,
    case when p.up_to is null then '> ' || trim_scale(p.above) else '≤ ' || trim_scale(p.up_to) end as label,
    p.quantity,
    p.unit_price,
    case when p.whole = 0 and p.first_tier_flat_at_zero = 'free' then 0 else p.flat end as flat,
    p.percent,
    p.package_size,
    case
        when p.percent is not null then p.quantity * p.percent * 0.01
        when p.package_size is not null then ceil(p.quantity / p.package_size) * p.unit_price
        else p.quantity * p.unit_price
    end
    + case when p.whole = 0 and p.first_tier_flat_at_zero = 'free' then 0 else p.flat end as amount
from part as p
