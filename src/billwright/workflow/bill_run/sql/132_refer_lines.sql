-- step: refer_lines
-- owner: invoicing
-- reads: subscriptions_item
-- writes: none
-- uses: run_line, run_reference
-- needs: run_reference
-- why: the lines of a subscription with references of its own carry those instead of their account's.
with

item as (
    select i.id as item_id, i.subscription_id
    from subscriptions_item as i
    where i.subscription_id = any(array(select r.subscription_id from run_reference as r))
),

line as (
    select l.line_id, r.purchase_order, r.cost_center
    from run_line as l
    left join item on item.item_id = l.item_id
    inner join run_reference as r on r.subscription_id = coalesce(l.subscription_id, item.subscription_id)
)

update run_line
set
    purchase_order = nullif(line.purchase_order, ''),
    cost_center = nullif(line.cost_center, '')
from line
where run_line.line_id = line.line_id
