-- step: read_items
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- why: what the items that a batch settles are, for the days and accounts of their entries.
select
    i.id,
    i.account_id,
    i.legal_entity_id,
    i.currency,
    i.accounting_date
from unnest(%(item_ids)s::bigint[]) as t (id)
inner join receivables_open_item as i on t.id = i.id
