-- step: amounts_elsewhere
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- why: whose money the rest of a receipt may be: the one claim on an account other than the named one that is
--      just so much. Where several are, the amount is common and says nothing.
with

rests as (
    select
        r.n,
        r.legal_entity_id,
        r.account_id,
        r.currency,
        r.rest_minor
    from
        unnest(
            %(places)s::bigint[],
            %(legal_entity_ids)s::bigint[],
            %(account_ids)s::bigint[],
            %(currencies)s::text[],
            %(rests)s::bigint[]
        ) as r (n, legal_entity_id, account_id, currency, rest_minor)
)

select
    r.n,
    min(i.id) as item_id
from rests as r
inner join receivables_open_item as i
    on r.legal_entity_id = i.legal_entity_id and r.rest_minor = i.open_minor and r.currency = i.currency
where i.open_minor > 0 and i.account_id <> r.account_id
group by r.n
having count(*) = 1
order by r.n
