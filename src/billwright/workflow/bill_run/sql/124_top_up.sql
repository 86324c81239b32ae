-- step: top_up
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_line, run_limit, run_limited, run_standing, run_line_discount, run_slice, run_price, run_payer, run_tax
-- why: what a period that is over came to below its minimum is a line of its own (formula 13). What was billed of it
-- before counts, earlier top-ups too: usage that came late, and days that are given back, take back what their period
-- was topped up by, as far as that goes. A charge's line belongs to its item, that of a plan or a commitment to the
-- account. What is taken back is taxed as it was and refers to the last top-up; where the rate has changed or the
-- convention says so it is a credit note of its own.
with

before as (
    select
        s.limit_no,
        sum(s.counted_minor) as counted_minor,
        sum(s.amount_minor) filter (where s.is_top_up) as topped_up_minor
    from run_standing as s
    group by s.limit_no
),

last as (
    select distinct on (s.limit_no)
        s.limit_no, s.invoice_id, s.line_no, s.tax_code, s.tax_percent
    from run_standing as s
    where s.is_top_up and s.amount_minor > 0
    order by s.limit_no, s.invoice_id desc, s.line_no desc
),

run as (
    select r.limit_no, sum(l.amount_minor - l.discount_minor - coalesce(taken.amount_minor, 0)) as amount_minor
    from run_limited as r
    inner join run_line as l on l.line_id = r.line_id
    left join (
        select d.line_id, sum(d.amount_minor) as amount_minor
        from run_line_discount as d
        group by d.line_id
    ) as taken on taken.line_id = l.line_id
    group by r.limit_no
),

short as (
    select
        m.*,
        greatest(
            m.minimum_minor - coalesce(run.amount_minor, 0) - coalesce(before.counted_minor, 0),
            -coalesce(before.topped_up_minor, 0)
        ) as short_minor
    from run_limit as m
    left join before on before.limit_no = m.limit_no
    left join run on run.limit_no = m.limit_no
    where m.minimum_minor is not null and m.is_due and m.rank = %(rank)s and m.turn = %(turn)s
)

insert into run_line (
    payer_id, split_key, account_id, item_id, subscription_id, kind, text, service_from, service_to, claim_no, price_id,
    formula, quantity, unit_price, days, base_days, period_from, period_to, amount_minor, discount_minor, tax_code,
    tax_percent, family, product_code, clause, tax_prices, credits_invoice_id, credits_line_no, spend_limit_id
)
select
    m.payer_id,
    case
        when last.invoice_id is null then ''
        when payer.correction = 'credit_note' or (last.tax_code <> '' and old.tax_code is null)
            then 'credit:' || last.invoice_id
        else ''
    end as split_key,
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
    case
        when last.invoice_id is not null then last.tax_code
        when p.tax_category = 'NONE' then ''
        else tax.tax_code
    end as tax_code,
    case
        when last.invoice_id is not null then last.tax_percent
        when p.tax_category = 'NONE' then 0
        else tax.percent
    end as tax_percent,
    p.family,
    p.product_code,
    -- What is agreed of several charges is no single clause's.
    case when m.rank = 1 then s.clause end as clause,
    s.tax_prices,
    last.invoice_id as credits_invoice_id,
    last.line_no as credits_line_no,
    case when m.rank = 3 then m.agreement_id end as spend_limit_id
from short as m
inner join run_slice as s on s.slice_id = m.slice_id
inner join run_price as p on p.price_id = m.price_id
inner join run_payer as payer on payer.payer_id = m.payer_id
left join last on last.limit_no = m.limit_no and m.short_minor < 0
left join run_tax as tax
    on tax.legal_entity_id = payer.legal_entity_id
    and tax.tax_treatment = payer.tax_treatment
    and tax.tax_category = p.tax_category
left join (
    select distinct r.legal_entity_id, r.tax_code, r.percent
    from run_tax as r
) as old
    on old.legal_entity_id = payer.legal_entity_id
    and old.tax_code = last.tax_code
    and old.percent = last.tax_percent
where m.short_minor <> 0
