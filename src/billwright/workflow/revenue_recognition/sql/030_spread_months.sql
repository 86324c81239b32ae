-- step: spread_months
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: revenue_month, revenue_line
-- why: what is to be recognized of a head by the end of each month of its service. A month takes net x its days / the days
-- of the line, summed over the head's lines and rounded once, half away from zero. From the month on after which less than
-- half a minor unit lies ahead, all of it: the last month takes the remainder, and what is credited waits for nothing.
-- Twenty places are carried, so that halves are halves. Months after `until` are left out: a recognition needs none of them.
with

share as (
    select
        l.head_invoice_id,
        l.head_line_no,
        month.starts_on,
        sum((l.net_minor::numeric * served.days)::numeric(60, 20) / (l.ends_before - l.service_from)) as net_minor,
        sum((l.base_minor::numeric * served.days)::numeric(60, 20) / (l.ends_before - l.service_from)) as base_minor
    from revenue_line as l
    cross join lateral (
        select series.starts_on::date as starts_on
        from generate_series(
            date_trunc('month', l.service_from::timestamp),
            least(l.ends_before::timestamp - interval '1 day', %(until)s::timestamp),
            '1 month'
        ) as series (starts_on)
    ) as month
    cross join lateral (
        select
            least(l.ends_before, (month.starts_on + interval '1 month')::date)
            - greatest(l.service_from, month.starts_on) as days
    ) as served
    group by l.head_invoice_id, l.head_line_no, month.starts_on
),

total as (
    select
        l.head_invoice_id,
        l.head_line_no,
        sum(l.net_minor) as net_minor,
        sum(l.base_minor) as base_minor
    from revenue_line as l
    group by l.head_invoice_id, l.head_line_no
),

cumulated as (
    select
        share.head_invoice_id,
        share.head_line_no,
        share.starts_on,
        total.net_minor,
        total.base_minor,
        sum(round(round(share.net_minor, 15))) over passed as net_so_far,
        sum(round(round(share.base_minor, 15))) over passed as base_so_far,
        round(round(total.net_minor - sum(share.net_minor) over passed, 12)) as net_ahead
    from share
    inner join total
        on total.head_invoice_id = share.head_invoice_id and total.head_line_no = share.head_line_no
    window passed as (partition by share.head_invoice_id, share.head_line_no order by share.starts_on)
),

judged as (
    select
        cumulated.*,
        bool_or(cumulated.net_ahead = 0) over (
            partition by cumulated.head_invoice_id, cumulated.head_line_no order by cumulated.starts_on
        ) as is_last
    from cumulated
)

insert into revenue_month
select
    judged.head_invoice_id,
    judged.head_line_no,
    judged.starts_on,
    case when judged.is_last then judged.net_minor else judged.net_so_far end as net_minor,
    case when judged.is_last then judged.base_minor else judged.base_so_far end as base_minor
from judged
