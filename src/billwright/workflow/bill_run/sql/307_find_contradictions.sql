-- step: find_contradictions
-- owner: subscriptions
-- reads: subscriptions_subscription, subscriptions_contract_version, subscriptions_contract_clause, catalog_plan_charge
-- writes: none
-- uses: run_finding, run_check, run_due, run_payer, run_price
-- needs: run_due
-- why: what is due under a contract against the clauses of its present wording: price, quantity and terms. Read are the
-- contracts of what is due alone.
with

due as (
    select distinct d.payer_id, d.item_id, d.subscription_id, d.quantity, d.price_id
    from run_due as d
    where (select count(*) from run_check as r where r.code in ('price_differs', 'clause_mismatch')
           and r.severity <> 'OFF') > 0
      and exists (select 1 from subscriptions_contract_clause as c where c.parameter <> '')
),

subscription as (
    select s.id as subscription_id, s.contract_id, s.notice_days, s.term_months, s.pause_percent
    from subscriptions_subscription as s
    where s.id = any(array(select due.subscription_id from due)) and s.contract_id is not null
),

wording as (
    select distinct on (v.contract_id) v.id as version_id, v.contract_id
    from subscriptions_contract_version as v
    where v.contract_id = any(array(select subscription.contract_id from subscription))
    order by v.contract_id, v.version_no desc
),

clause as (
    select
        wording.contract_id, c.number, c.parameter, c.charge_code, c.value::numeric as says,
        case c.parameter when 'price' then 'price_differs' else 'clause_mismatch' end as code
    from subscriptions_contract_clause as c
    inner join wording on wording.version_id = c.contract_version_id
    where c.contract_version_id = any(array(select w.version_id from wording as w)) and c.parameter <> ''
),

held_to as (
    select
        due.payer_id,
        due.item_id,
        due.subscription_id,
        clause.*,
        case clause.parameter
            when 'price' then price.unit_price
            when 'quantity' then due.quantity
            when 'notice_days' then subscription.notice_days
            when 'term_months' then subscription.term_months
            when 'pause_percent' then subscription.pause_percent
        end as holds
    from due
    inner join subscription on subscription.subscription_id = due.subscription_id
    inner join clause on clause.contract_id = subscription.contract_id
    inner join run_price as price on price.price_id = due.price_id
    inner join catalog_plan_charge as charge on charge.id = price.plan_charge_id
    where clause.charge_code in ('', charge.code) or clause.parameter not in ('price', 'quantity')
)

insert into run_finding
select distinct on (h.payer_id, h.subscription_id, h.number)
    h.payer_id,
    h.item_id,
    h.code,
    k.severity,
    jsonb_build_object(
        'subscription', h.subscription_id, 'clause', h.number, 'parameter', h.parameter, 'says', trim_scale(h.says),
        'holds', trim_scale(h.holds)
    ) as facts
from held_to as h
inner join run_payer as p on p.payer_id = h.payer_id
inner join run_check as k
    on k.legal_entity_id = p.legal_entity_id and k.code = h.code and k.severity <> 'OFF'
where h.holds <> h.says
order by h.payer_id, h.subscription_id, h.number, h.item_id
