-- step: find_metered
-- owner: subscriptions
-- reads: subscriptions_item, subscriptions_billing_mark, invoicing_bill_run, catalog_plan_netting
-- writes: none
-- uses: run_metered, run_price, run_payer, run_entity, run_account
-- why: the metered items that were billed before, with the run that billed them: only of these may usage come late.
insert into run_metered
select
    i.payer_id,
    i.id as item_id,
    i.account_id,
    i.subscription_id,
    i.price_id,
    i.grid_id,
    i.effective_from,
    i.effective_to,
    m.billed_through,
    m.claim_no,
    p.meter,
    a.timezone,
    run.created_at as billed_at,
    coalesce(p.late_usage, a.late_usage, e.late_usage) as late_usage,
    exists (select 1 from catalog_plan_netting as n where n.plan_id = p.plan_id) as is_netted
from subscriptions_item as i
inner join run_price as p on p.price_id = i.price_id and p.meter <> ''
inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
inner join invoicing_bill_run as run on run.id = m.run_id
inner join run_payer as payer on payer.payer_id = i.payer_id
inner join run_entity as e on e.legal_entity_id = payer.legal_entity_id
inner join run_account as a on a.account_id = i.account_id
where i.payer_id >= %(payer_from)s
  and i.payer_id < %(payer_before)s
  and m.payer_id >= %(payer_from)s
  and m.payer_id < %(payer_before)s
  and m.claim_no > 0
