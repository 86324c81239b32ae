-- step: fold_changes
-- owner: receivables
-- reads: receivables_open_item
-- writes: receivables_open_change, receivables_account_sum, receivables_day_sum
-- why: changes of open amounts noted since the last time go into the sums that lists and ageing read. One statement, so
--      that a reader finds each change either among the changes or in the sums.
with

taken as (
    delete from receivables_open_change
    returning account_id, legal_entity_id, currency, due_date, document_date, open_minor
),

changes as (
    select
        t.account_id,
        t.legal_entity_id,
        t.currency,
        sum(t.open_minor)::bigint as open_minor
    from taken as t
    group by t.account_id, t.legal_entity_id, t.currency
),

accounts as (
    insert into receivables_account_sum as s (account_id, legal_entity_id, currency, open_minor, oldest_due)
    select
        c.account_id,
        c.legal_entity_id,
        c.currency,
        c.open_minor,
        (
            select min(i.due_date)
            from receivables_open_item as i
            where i.account_id = c.account_id and i.open_minor > 0
        ) as oldest_due
    from changes as c
    on conflict (account_id) do update
    set open_minor = s.open_minor + excluded.open_minor, oldest_due = excluded.oldest_due
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
