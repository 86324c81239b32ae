-- step: check_day_sums
-- owner: receivables
-- reads: receivables_open_item, receivables_day_sum, receivables_open_change
-- writes: none
-- why: what ageing reads of each pair of dates, folded or not, is the sum of their items.
with

compared as (
    select
        s.legal_entity_id,
        s.currency,
        s.due_date,
        s.document_date,
        s.open_minor,
        0 as proved_minor
    from receivables_day_sum as s
    union all
    select
        c.legal_entity_id,
        c.currency,
        c.due_date,
        c.document_date,
        c.open_minor,
        0 as proved_minor
    from receivables_open_change as c
    union all
    select
        i.legal_entity_id,
        i.currency,
        i.due_date,
        i.document_date,
        0 as open_minor,
        i.open_minor as proved_minor
    from receivables_open_item as i
    where i.open_minor <> 0
)

select
    concat_ws(' ', 'entity:' || c.legal_entity_id, c.due_date, c.document_date) as subject,
    c.currency,
    sum(c.open_minor)::bigint as stated_minor,
    sum(c.proved_minor)::bigint as proved_minor
from compared as c
group by c.legal_entity_id, c.currency, c.due_date, c.document_date
having sum(c.open_minor) <> sum(c.proved_minor)
order by c.legal_entity_id, c.currency, c.due_date, c.document_date
