-- step: split_lines
-- owner: invoicing
-- reads: subscriptions_item
-- writes: none
-- uses: run_line, run_split, run_account, run_payer
-- needs: run_split
-- why: which document of its payer a line stands on: a line's own reference, else its account's, else the payer's. Limits
-- and discounts are reckoned before, so that a minimum does not depend on how documents are split; tax and totals after,
-- for each document. A credit note of its own stays one.
with

item as (
    select i.id as item_id, i.subscription_id
    from subscriptions_item as i
    inner join run_line as l on l.item_id = i.id
    inner join run_split as s on s.payer_id = l.payer_id and s.split_by = 'SUBSCRIPTION'
    group by i.id, i.subscription_id
),

line as (
    select
        l.line_id,
        s.split_by,
        coalesce(nullif(l.purchase_order, ''), nullif(a.purchase_order, ''), p.purchase_order) as purchase_order,
        coalesce(nullif(l.cost_center, ''), nullif(a.cost_center, ''), p.cost_center) as cost_center,
        coalesce(l.subscription_id, item.subscription_id) as subscription_id,
        l.account_id
    from run_line as l
    inner join run_split as s on s.payer_id = l.payer_id
    inner join run_payer as p on p.payer_id = l.payer_id
    left join run_account as a on a.account_id = l.account_id
    left join item on item.item_id = l.item_id
    where l.split_key = ''
)

update run_line
set split_key = case line.split_by
    when 'PURCHASE_ORDER' then coalesce('order:' || nullif(line.purchase_order, ''), '')
    when 'COST_CENTER' then coalesce('center:' || nullif(line.cost_center, ''), '')
    when 'SUBSCRIPTION' then coalesce('subscription:' || line.subscription_id, '')
    else 'account:' || line.account_id
end
from line
where run_line.line_id = line.line_id
