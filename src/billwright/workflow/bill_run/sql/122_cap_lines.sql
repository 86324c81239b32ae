-- step: cap_lines
-- owner: invoicing
-- reads: invoicing_invoice_line
-- writes: none
-- uses: run_line_discount, run_limit, run_line
-- why: what a maximum takes off is the lines' discount, in proportion to what is left of them; what was billed of the same
-- period before counts. The ranks go one after another, so that a plan's maximum sees what its charges' took.
with

line as (
    select
        m.limit_no,
        m.maximum_minor,
        m.turn,
        m.account_id,
        m.subscription_id,
        m.item_ids,
        m.plan_minimums,
        m.period_from,
        m.period_to,
        l.line_id,
        row_number() over (order by l.account_id, l.item_id, l.service_from, l.kind, l.line_id) as line_place,
        l.amount_minor - l.discount_minor - coalesce(taken.amount_minor, 0) as left_minor
    from run_limit as m
    inner join run_line as l
        on l.account_id = m.account_id
        and (
            l.item_id = any(m.item_ids)
            or (
                l.item_id is null
                and l.price_id = any(m.plan_minimums)
                and (m.subscription_id is null or l.subscription_id = m.subscription_id)
            )
        )
        and l.service_from >= m.period_from
        and l.service_from < m.period_to
        and l.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION')
    left join (
        select d.line_id, sum(d.amount_minor) as amount_minor
        from run_line_discount as d
        group by d.line_id
    ) as taken on taken.line_id = l.line_id
    where m.maximum_minor is not null and m.rank = %(rank)s and m.turn = %(turn)s
),

summed as (
    select
        line.limit_no,
        max(line.maximum_minor) as maximum_minor,
        sum(line.left_minor) as run_minor,
        sum(greatest(line.left_minor, 0)) as takeable_minor,
        max(before.amount_minor) as before_minor
    from line
    cross join lateral (
        select coalesce(sum(case
            when line.turn = 'after_limits' then coalesce(b.gross_minor, b.amount_minor)
            else coalesce(b.gross_minor - b.gross_discount_minor, b.net_minor)
        end), 0) as amount_minor
        from invoicing_invoice_line as b
        where b.account_id = line.account_id
          and (
              b.item_id = any(line.item_ids)
              or (
                  b.item_id is null
                  and b.price_id = any(line.plan_minimums)
                  and (line.subscription_id is null or b.subscription_id = line.subscription_id)
              )
          )
          and b.service_from >= line.period_from
          and b.service_from < line.period_to
          and b.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION')
        offset 0
    ) as before
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
