-- step: estimate_items
-- owner: reporting
-- reads: pg_class
-- writes: none
-- why: about how many open items there ever were, as the database knows without counting them.
select c.reltuples::bigint as items
from pg_class as c
where c.oid = 'receivables_open_item'::regclass
