-- step: reopen_limits
-- owner: rating
-- reads: invoicing_invoice_line
-- writes: none
-- uses: run_limit, run_unowed, run_line, run_price, run_payer, run_account, run_entity, run_currency
-- needs: run_unowed
-- why: a fee that was topped up and of which days are given back now had its minimum for those days too: the limit of what
-- is left of the period takes back what the top-up made up for, on the document of the correction.
with

corrected as (
    select
        l.payer_id,
        l.account_id,
        l.item_id,
        l.price_id,
        l.split_key,
        -- A line that bills a whole period says so by its service alone.
        original.period_from,
        original.period_to,
        max(l.claim_no) as claim_no,
        min(l.service_from) as service_from,
        max(l.service_to) as service_to,
        sum(l.days) as days,
        min(l.text) as text,
        min(l.clause) as clause,
        min(l.tax_prices) as tax_prices
    from run_line as l
    inner join run_price as p on p.price_id = l.price_id and p.minimum is not null and p.meter = ''
    cross join lateral (
        select
            coalesce(o.period_from, o.service_from) as period_from,
            coalesce(o.period_to, o.service_to) as period_to
        from invoicing_invoice_line as o
        where o.invoice_id = l.credits_invoice_id and o.line_no = l.credits_line_no
        offset 0
    ) as original
    where l.kind = 'CORRECTION' and l.item_id is not null and exists (select 1 from run_unowed)
    group by
        l.payer_id, l.account_id, l.item_id, l.price_id, l.split_key, original.period_from, original.period_to
),

left_over as (
    select corrected.*, billed.days - corrected.days as owed_days, billed.base_days
    from corrected
    cross join lateral (
        select
            sum(case b.kind when 'RECURRING' then b.days when 'CORRECTION' then -b.days else 0 end) as days,
            max(b.base_days) filter (where b.kind = 'RECURRING') as base_days,
            bool_or(b.kind = 'MINIMUM') as is_topped_up
        from invoicing_invoice_line as b
        where b.account_id = corrected.account_id
          and b.item_id = corrected.item_id
          and b.service_from >= corrected.period_from
          and b.service_from < corrected.period_to
        offset 0
    ) as billed
    where billed.is_topped_up
),

chosen as (
    select
        l.*,
        p.minimum,
        currency.scale,
        coalesce(p.minimum_proration, account.minimum_proration, entity.minimum_proration) as minimum_proration,
        coalesce(p.discount_limits, account.discount_limits, entity.discount_limits) as turn
    from left_over as l
    inner join run_price as p on p.price_id = l.price_id
    inner join run_payer as payer on payer.payer_id = l.payer_id
    inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
    inner join run_account as account on account.account_id = l.account_id
    inner join run_currency as currency
        on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
)

insert into run_limit (
    rank, payer_id, account_id, item_id, price_id, claim_no, name, period_from, period_to, service_from, service_to,
    days, base_days, minimum, minimum_minor, is_due, turn, item_ids, plan_minimums, is_late, split_key, clause,
    tax_prices
)
select
    1 as rank,
    c.payer_id,
    c.account_id,
    c.item_id,
    c.price_id,
    c.claim_no,
    c.text as name,
    c.period_from,
    c.period_to,
    c.service_from,
    c.service_to,
    c.owed_days as days,
    c.base_days,
    c.minimum,
    case
        when c.owed_days = 0 then 0
        when c.minimum_proration = 'full' then round(c.minimum * c.scale)
        else round(c.minimum * c.scale * c.owed_days / c.base_days)
    end as minimum_minor,
    false as is_due,
    c.turn,
    array[c.item_id] as item_ids,
    '{}'::bigint[] as plan_minimums,
    true as is_late,
    c.split_key,
    c.clause,
    c.tax_prices
from chosen as c
