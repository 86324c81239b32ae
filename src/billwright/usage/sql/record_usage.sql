-- step: record_usage
-- owner: usage
-- reads: none
-- writes: usage_record
-- why: a whole batch in one statement; a key that is known already is left alone, and its row is not returned.
with

arrived as (
    select a.*
    from unnest(
        %(rows)s::integer[], %(subscription_ids)s::bigint[], %(meter_ids)s::bigint[], %(sources)s::text[],
        %(keys)s::text[], %(instants)s::timestamptz[], %(days)s::date[], %(quantities)s::numeric[],
        %(changes)s::boolean[], %(properties)s::jsonb[], %(continued)s::text[], %(hashes)s::bigint[]
    ) as a (
        row_no, subscription_id, meter_id, source, key, happened_at, day, quantity, is_change, properties,
        continues_key, content_hash
    )
),

numbered as (
    select nextval(pg_get_serial_sequence('usage_record', 'id')) as id, a.*
    from (select arrived.* from arrived order by arrived.row_no) as a
),

written as (
    insert into usage_record (
        id, subscription_id, meter_id, source, key, happened_at, day, quantity, is_change, properties, continues_key,
        content_hash, recorded_at
    )
    select
        n.id,
        n.subscription_id,
        n.meter_id,
        n.source,
        n.key,
        n.happened_at,
        n.day,
        n.quantity,
        n.is_change,
        n.properties,
        n.continues_key,
        n.content_hash,
        %(at)s as recorded_at
    from numbered as n
    order by n.row_no
    on conflict (source, key) where key <> '' do nothing
    returning id
)

select n.row_no
from written as w
inner join numbered as n on n.id = w.id
