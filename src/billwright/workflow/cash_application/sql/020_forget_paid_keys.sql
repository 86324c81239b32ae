-- step: forget_paid_keys
-- owner: receivables
-- reads: receivables_open_item
-- writes: receivables_match_key
-- why: nothing more is looked for once it is paid; a claim that opens again gets its keys again. What is open is read
--      once: a look-up per key would cost as much again as to write the keys.
delete from receivables_match_key as k
where mod(k.open_item_id, %(shard_count)s) = %(shard)s
    and k.open_item_id not in (
        select i.id
        from receivables_open_item as i
        where i.open_minor > 0 and mod(i.id, %(shard_count)s) = %(shard)s
    )
