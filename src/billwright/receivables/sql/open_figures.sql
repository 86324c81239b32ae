-- step: open_figures
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- why: what is open on one account, by how long it is overdue and whether it is owed: as many rows as there are buckets,
--      times four at most, however many items there are.
select
    width_bucket(%(as_of)s::date - i.due_date, %(bounds)s::int[]) as bucket,
    i.open_minor > 0 as is_claim,
    i.due_date < %(as_of)s::date as is_late,
    count(*) as item_count,
    sum(i.amount_minor)::bigint as amount_minor,
    sum(i.open_minor)::bigint as open_minor
from receivables_open_item as i
where i.account_id = %(account_id)s and i.open_minor <> 0
group by bucket, is_claim, is_late
