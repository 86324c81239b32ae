-- step: forget_paid_keys
-- owner: receivables
-- reads: receivables_open_item
-- writes: receivables_match_key
-- why: nothing more is looked for once it is paid; a claim that opens again gets its keys again.
delete from receivables_match_key as k
using receivables_open_item as i
where k.open_item_id = i.id and i.open_minor = 0 and mod(k.open_item_id, %(shard_count)s) = %(shard)s
