-- step: fold_changes
-- owner: receivables
-- reads: receivables_account_sum, receivables_open_item, org_legal_entity
-- writes: receivables_open_change, receivables_account_sum, receivables_day_sum
-- why: changes of open amounts noted since the last time go into the sums that lists and ageing read, and what has come due
--      by the calendar of its company into what is overdue. One statement, so that a reader finds each change either among
--      the changes or in the sums.
with

taken as (
    delete from receivables_open_change
    returning account_id, legal_entity_id, currency, due_date, document_date, open_minor
),

today as (
    select
        e.id as legal_entity_id,
        (%(at)s::timestamptz at time zone e.timezone)::date as day
    from org_legal_entity as e
),

met as (
    select
        t.account_id,
        t.legal_entity_id,
        t.currency
    from taken as t
    union
    select
        s.account_id,
        s.legal_entity_id,
        s.currency
    from receivables_account_sum as s
    inner join today as d on s.legal_entity_id = d.legal_entity_id
    where s.next_due < d.day
),

accounts as (
    insert into receivables_account_sum as s (
        account_id, legal_entity_id, currency, open_minor, overdue_minor, oldest_due, last_due, next_due
    )
    select
        m.account_id,
        m.legal_entity_id,
        m.currency,
        coalesce(i.open_minor, 0) as open_minor,
        coalesce(i.overdue_minor, 0) as overdue_minor,
        i.oldest_due,
        i.last_due,
        i.next_due
    from met as m
    inner join today as d on m.legal_entity_id = d.legal_entity_id
    cross join lateral (
        select
            sum(o.open_minor)::bigint as open_minor,
            (sum(o.open_minor) filter (where o.due_date < d.day))::bigint as overdue_minor,
            min(o.due_date) filter (where o.open_minor > 0) as oldest_due,
            max(o.due_date) filter (where o.due_date < d.day) as last_due,
            min(o.due_date) filter (where o.due_date >= d.day) as next_due
        from receivables_open_item as o
        where o.account_id = m.account_id and o.open_minor <> 0
    ) as i
    on conflict (account_id) do update
    set
        open_minor = excluded.open_minor,
        overdue_minor = excluded.overdue_minor,
        oldest_due = excluded.oldest_due,
        last_due = excluded.last_due,
        next_due = excluded.next_due
)

insert into receivables_day_sum as s (legal_entity_id, currency, due_date, document_date, open_minor)
select
    t.legal_entity_id,
    t.currency,
    t.due_date,
    t.document_date,
    sum(t.open_minor)::bigint as open_minor
from taken as t
group by t.legal_entity_id, t.currency, t.due_date, t.document_date
on conflict (legal_entity_id, currency, due_date, document_date) do update
set open_minor = s.open_minor + excluded.open_minor
