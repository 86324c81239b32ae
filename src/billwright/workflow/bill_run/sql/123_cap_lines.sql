-- step: cap_lines
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_line_discount, run_limit, run_limited, run_standing, run_line
-- needs: run_limited
-- why: what a maximum takes off is the lines' discount, in proportion to what is left of them; what was billed of the same
-- period before counts. The ranks go one after another, and several commitments of an account too, so that a maximum
-- sees what those before it took.
with

line as (
    select
        m.limit_no,
        m.maximum_minor,
        l.line_id,
        row_number() over (order by l.account_id, l.item_id, l.service_from, l.kind, l.line_id) as line_place,
        l.amount_minor - l.discount_minor - coalesce(taken.amount_minor, 0) as left_minor
    from run_limit as m
    inner join run_limited as r on r.limit_no = m.limit_no
    inner join run_line as l on l.line_id = r.line_id
    left join (
        select d.line_id, sum(d.amount_minor) as amount_minor
        from run_line_discount as d
        group by d.line_id
    ) as taken on taken.line_id = l.line_id
    where m.maximum_minor is not null and m.rank = %(rank)s and m.turn = %(turn)s and m.place = %(place)s
),

before as (
    select s.limit_no, sum(s.counted_minor) as amount_minor
    from run_standing as s
    where s.kind <> 'COMMITMENT'
    group by s.limit_no
),

summed as (
    select
        line.limit_no,
        max(line.maximum_minor) as maximum_minor,
        sum(line.left_minor) as run_minor,
        sum(greatest(line.left_minor, 0)) as takeable_minor,
        coalesce(max(before.amount_minor), 0) as before_minor
    from line
    left join before on before.limit_no = line.limit_no
    group by line.limit_no
),

over as (
    select
        s.limit_no,
        s.takeable_minor,
        least(s.takeable_minor, greatest(s.run_minor + s.before_minor - s.maximum_minor, 0)) as off_minor
    from summed as s
    where s.takeable_minor > 0
),

spread as (
    select
        line.line_id,
        over.off_minor,
        over.takeable_minor,
        line.left_minor,
        sum(line.left_minor) over (partition by line.limit_no order by line.line_place rows unbounded preceding)
            as left_up_to
    from line
    inner join over on over.limit_no = line.limit_no and over.off_minor > 0
    where line.left_minor > 0
)

insert into run_line_discount (line_id, discount_id, name, percent, amount_minor, period_from)
select
    s.line_id,
    null as discount_id,
    '' as name,
    null as percent,
    round(s.off_minor * s.left_up_to / s.takeable_minor)
    - round(s.off_minor * (s.left_up_to - s.left_minor) / s.takeable_minor) as amount_minor,
    null as period_from
from spread as s
