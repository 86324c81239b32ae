-- step: top_up
-- owner: invoicing
-- reads: invoicing_invoice_line
-- writes: none
-- uses: run_line, run_limit, run_line_discount, run_slice, run_price, run_payer, run_tax
-- why: what a period came to below its minimum is a line of its own when the period ends (formula 13); what was billed of
-- it before counts. A charge's line belongs to its item, that of a plan or a commitment to the account.
with

short as (
    select
        m.*,
        -- Usage that came late, and days that are given back, take back what their period was topped up by, as far as
        -- that goes.
        case
            when m.is_late
                then greatest(m.minimum_minor - run.amount_minor - before.amount_minor, -before.topped_up_minor)
            else m.minimum_minor - run.amount_minor - before.amount_minor
        end as short_minor
    from run_limit as m
    cross join lateral (
        select coalesce(sum(l.amount_minor - l.discount_minor - coalesce(taken.amount_minor, 0)), 0) as amount_minor
        from run_line as l
        left join (
            select d.line_id, sum(d.amount_minor) as amount_minor
            from run_line_discount as d
            group by d.line_id
        ) as taken on taken.line_id = l.line_id
        where l.account_id = m.account_id
          and (l.item_id = any(m.item_ids) or (l.item_id is null and l.price_id = any(m.plan_minimums)))
          and l.service_from >= m.period_from
          and l.service_from < m.period_to
          and l.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION')
        offset 0
    ) as run
    cross join lateral (
        select coalesce(sum(case
            when m.turn = 'after_limits' then coalesce(b.gross_minor, b.amount_minor)
            else coalesce(b.gross_minor - b.gross_discount_minor, b.net_minor)
        end), 0) as amount_minor,
        coalesce(sum(coalesce(b.gross_minor, b.amount_minor)) filter (where b.kind = 'MINIMUM'), 0) as topped_up_minor
        from invoicing_invoice_line as b
        where b.account_id = m.account_id
          and (b.item_id = any(m.item_ids) or (b.item_id is null and b.price_id = any(m.plan_minimums)))
          and b.service_from >= m.period_from
          and b.service_from < m.period_to
          and b.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION')
        offset 0
    ) as before
    where m.minimum_minor is not null and (m.is_due or m.is_late) and m.rank = %(rank)s and m.turn = %(turn)s
)

insert into run_line (
    payer_id, split_key, account_id, item_id, subscription_id, kind, text, service_from, service_to, claim_no, price_id,
    formula, quantity, unit_price, days, base_days, period_from, period_to, amount_minor, discount_minor, tax_code,
    tax_percent, family, product_code, clause, tax_prices
)
select
    m.payer_id,
    coalesce(m.split_key, '') as split_key,
    m.account_id,
    case when m.rank = 1 then m.item_id end as item_id,
    case when m.rank > 1 then m.subscription_id end as subscription_id,
    case when m.rank = 3 then 'COMMITMENT' else 'MINIMUM' end as kind,
    m.name as text,
    m.service_from,
    m.service_to,
    m.claim_no,
    m.price_id,
    13 as formula,
    1 as quantity,
    m.minimum as unit_price,
    m.days,
    m.base_days,
    m.period_from,
    m.period_to,
    m.short_minor as amount_minor,
    0 as discount_minor,
    case when p.tax_category = 'NONE' then '' else tax.tax_code end as tax_code,
    case when p.tax_category = 'NONE' then 0 else tax.percent end as tax_percent,
    p.family,
    p.product_code,
    -- What is agreed of several charges is no single clause's.
    case when m.rank = 1 then coalesce(s.clause, m.clause) end as clause,
    coalesce(s.tax_prices, m.tax_prices) as tax_prices
from short as m
left join run_slice as s on s.slice_id = m.slice_id
inner join run_price as p on p.price_id = m.price_id
inner join run_payer as payer on payer.payer_id = m.payer_id
left join run_tax as tax
    on tax.legal_entity_id = payer.legal_entity_id
    and tax.tax_treatment = payer.tax_treatment
    and tax.tax_category = p.tax_category
where m.short_minor > 0 or (m.is_late and m.short_minor < 0)
