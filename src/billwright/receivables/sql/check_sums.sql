-- step: check_sums
-- owner: receivables
-- reads: receivables_open_item, receivables_account_sum, receivables_day_sum, receivables_open_change
-- writes: none
-- why: the sums that lists and ageing read, with the changes not yet folded, are the sums of the items: per account,
--      and per company, currency and pair of dates.
with

stated as (
    select
        'account:' || s.account_id as subject,
        s.account_id,
        s.currency,
        s.open_minor
    from receivables_account_sum as s
    union all
    select
        'account:' || c.account_id as subject,
        c.account_id,
        c.currency,
        c.open_minor
    from receivables_open_change as c
    union all
    select
        concat_ws(' ', 'entity:' || s.legal_entity_id, s.due_date, s.document_date) as subject,
        null as account_id,
        s.currency,
        s.open_minor
    from receivables_day_sum as s
    union all
    select
        concat_ws(' ', 'entity:' || c.legal_entity_id, c.due_date, c.document_date) as subject,
        null as account_id,
        c.currency,
        c.open_minor
    from receivables_open_change as c
),

proved as (
    select
        'account:' || i.account_id as subject,
        i.account_id,
        i.currency,
        i.open_minor
    from receivables_open_item as i
    where i.open_minor <> 0
    union all
    select
        concat_ws(' ', 'entity:' || i.legal_entity_id, i.due_date, i.document_date) as subject,
        null as account_id,
        i.currency,
        i.open_minor
    from receivables_open_item as i
    where i.open_minor <> 0
),

compared as (
    select
        s.*,
        0 as proved_minor
    from stated as s
    union all
    select
        p.subject,
        p.account_id,
        p.currency,
        0 as open_minor,
        p.open_minor as proved_minor
    from proved as p
)

select
    c.subject,
    c.account_id,
    c.currency,
    sum(c.open_minor)::bigint as stated_minor,
    sum(c.proved_minor)::bigint as proved_minor
from compared as c
where %(account_ids)s::bigint[] is null or c.account_id is null or c.account_id = any(%(account_ids)s::bigint[])
group by c.subject, c.account_id, c.currency
having sum(c.open_minor) <> sum(c.proved_minor)
order by c.subject
