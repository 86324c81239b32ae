-- step: find_known_keys
-- owner: usage
-- reads: usage_record
-- writes: none
-- why: what the records said that came with the same keys before.
select
    r.source,
    r.key,
    r.content_hash
from unnest(%(sources)s::text[], %(keys)s::text[]) as a (source, key)
inner join usage_record as r on r.source = a.source and r.key = a.key and r.key <> ''
