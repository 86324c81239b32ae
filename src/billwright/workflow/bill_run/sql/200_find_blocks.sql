-- step: find_blocks
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_finding, run_due, run_slice, run_late, run_price, run_line, run_digest, run_payer, run_entity, run_currency
-- why: what must not be issued before it is cured; each keeps its payer out of this run.
with

sliced as (
    select s.item_id, sum(s.service_to - s.service_from) as days
    from run_slice as s
    left join run_late as late on late.item_id = s.item_id and late.period_from = s.period_from
    where late.item_id is null and s.kind <> 'ENDED'
    group by s.item_id
),

found as (
    select
        d.payer_id, d.item_id, 'no_price' as code,
        jsonb_build_object('price', d.price_id, 'currency', p.currency) as facts
    from run_due as d
    inner join run_payer as p on p.payer_id = d.payer_id
    inner join run_price as price on price.price_id = d.price_id
    where price.currency <> p.currency
    union all
    select d.payer_id, d.item_id, 'no_grid_period' as code, jsonb_build_object('grid', d.grid_id) as facts
    from run_due as d
    inner join run_payer as p on p.payer_id = d.payer_id
    inner join run_price as price on price.price_id = d.price_id and price.currency = p.currency
    left join sliced on sliced.item_id = d.item_id
    where d.horizon is null
       or (d.horizon > d.billed_through and sliced.days is distinct from d.horizon - d.billed_through)
    union all
    select
        l.payer_id, l.item_id, 'no_tax' as code,
        jsonb_build_object('product', l.product_code, 'tax_code', l.tax_code) as facts
    from run_line as l
    where l.tax_code is null or l.tax_percent is null
    union all
    select distinct l.payer_id, null::bigint as item_id, 'e_invoice_rounding' as code, '{}'::jsonb as facts
    from run_line as l
    inner join run_payer as p on p.payer_id = l.payer_id and p.owes_e_invoice
    where l.rounding = 'sum_then_round' and l.kind <> 'CORRECTION'
    union all
    select
        g.payer_id, null as item_id, 'no_open_period' as code,
        jsonb_build_object('day', %(document_date)s::date) as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_entity as e on e.legal_entity_id = p.legal_entity_id
    where e.accounting_date is null
    union all
    select g.payer_id, null as item_id, 'no_series' as code, '{}'::jsonb as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_entity as e on e.legal_entity_id = p.legal_entity_id
    where e.invoice_series_id is null
    union all
    select g.payer_id, null as item_id, 'no_exchange_rate' as code, jsonb_build_object('currency', p.currency) as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_currency as c on c.legal_entity_id = p.legal_entity_id and c.currency = p.currency
    where c.base_factor is null
    union all
    select
        g.payer_id, null as item_id, 'currency_withdrawn' as code,
        jsonb_build_object('currency', p.currency, 'until', c.valid_until) as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_currency as c on c.legal_entity_id = p.legal_entity_id and c.currency = p.currency
    where c.valid_until < %(document_date)s::date
    union all
    select g.payer_id, null as item_id, 'account_closed' as code, '{}'::jsonb as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    where p.state = 'CLOSED'
)

insert into run_finding
select found.payer_id, found.item_id, found.code, 'BLOCK' as severity, found.facts
from found
