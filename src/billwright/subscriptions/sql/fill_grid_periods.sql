-- step: fill_grid_periods
-- owner: subscriptions
-- reads: subscriptions_billing_grid
-- writes: subscriptions_grid_period
-- why: month ends are clipped once, as data; the bill run joins periods instead of reckoning them.
with

grids as (
    select
        id as grid_id,
        interval_unit,
        interval_count,
        anchor_day,
        phase,
        filled_until,
        (extract(year from filled_until) * 12 + extract(month from filled_until) - 1)::integer as month_from,
        (extract(year from %(until)s::date) * 12 + extract(month from %(until)s::date) - 1)::integer as month_to,
        filled_until - date '1970-01-01' as day_from,
        %(until)s::date - date '1970-01-01' as day_to
    from subscriptions_billing_grid
    where id = any(%(grid_ids)s) and filled_until < %(until)s
),

month_numbers as (
    select
        grids.grid_id,
        grids.anchor_day,
        grids.filled_until,
        numbers.month_number,
        numbers.month_number + grids.interval_count as next_number
    from grids
    cross join lateral generate_series(
        grids.month_from - (grids.month_from - grids.phase) %% grids.interval_count,
        grids.month_to,
        grids.interval_count
    ) as numbers (month_number)
    where grids.interval_unit = 'MONTH'
),

firsts as (
    select
        grid_id,
        anchor_day,
        filled_until,
        make_date(month_number / 12, month_number %% 12 + 1, 1) as first_day,
        make_date(next_number / 12, next_number %% 12 + 1, 1) as next_first_day
    from month_numbers
),

month_periods as (
    select
        grid_id,
        filled_until,
        least(first_day + anchor_day - 1, (first_day + interval '1 month')::date - 1) as starts_on,
        least(next_first_day + anchor_day - 1, (next_first_day + interval '1 month')::date - 1) as ends_before
    from firsts
),

day_periods as (
    select
        grids.grid_id,
        grids.filled_until,
        date '1970-01-01' + numbers.day_number as starts_on,
        date '1970-01-01' + numbers.day_number + grids.interval_count as ends_before
    from grids
    cross join lateral generate_series(
        grids.day_from - (grids.day_from - grids.phase) %% grids.interval_count,
        grids.day_to,
        grids.interval_count
    ) as numbers (day_number)
    where grids.interval_unit = 'DAY'
),

periods as (
    select
        grid_id,
        filled_until,
        starts_on,
        ends_before
    from month_periods
    union all
    select
        grid_id,
        filled_until,
        starts_on,
        ends_before
    from day_periods
)

insert into subscriptions_grid_period (grid_id, starts_on, ends_before, day_count)
select
    grid_id,
    starts_on,
    ends_before,
    ends_before - starts_on as day_count
from periods
where starts_on >= filled_until and starts_on < %(until)s
on conflict do nothing
