-- step: find_blocks
-- owner: invoicing
-- reads: catalog_price, subscriptions_grid_period
-- writes: none
-- uses: run_finding, run_due, run_line, run_digest, run_payer, run_entity, run_currency
-- why: what must not be issued before it is cured; each keeps its payer out of this run.
with

suspect as materialized (
    -- Lines of nothing may have been dropped, so the calendar itself is asked before anybody is kept out.
    select d.payer_id, d.item_id, d.grid_id, d.billed_through, d.horizon
    from run_due as d
    inner join run_payer as p on p.payer_id = d.payer_id
    inner join catalog_price as price on price.id = d.price_id and price.currency_id = p.currency
    left join (
        select l.item_id, sum(l.service_to - l.service_from) as days
        from run_line as l
        where l.kind = 'RECURRING'
        group by l.item_id
    ) as line on line.item_id = d.item_id
    where d.horizon is null
       or (
           d.grid_id is not null
           and d.horizon > d.billed_through
           and coalesce(line.days, 0) <> d.horizon - d.billed_through
       )
),

found as (
    select
        d.payer_id, d.item_id, 'no_price' as code,
        jsonb_build_object('price', d.price_id, 'currency', p.currency) as facts
    from run_due as d
    inner join run_payer as p on p.payer_id = d.payer_id
    inner join catalog_price as price on price.id = d.price_id
    where price.currency_id <> p.currency
    union all
    select s.payer_id, s.item_id, 'no_grid_period' as code, jsonb_build_object('grid', s.grid_id) as facts
    from suspect as s
    where s.horizon is null
       or s.horizon - s.billed_through <> (
           select coalesce(sum(least(g.ends_before, s.horizon) - greatest(g.starts_on, s.billed_through)), 0)
           from subscriptions_grid_period as g
           where g.grid_id = s.grid_id and g.starts_on < s.horizon and g.ends_before > s.billed_through
       )
    union all
    select
        l.payer_id, l.item_id, 'no_tax' as code,
        jsonb_build_object('product', l.product_code, 'tax_code', l.tax_code) as facts
    from run_line as l
    where l.tax_code is null or l.tax_percent is null
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
    select g.payer_id, null as item_id, 'account_closed' as code, '{}'::jsonb as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    where p.state = 'CLOSED'
)

insert into run_finding
select found.payer_id, found.item_id, found.code, 'BLOCK' as severity, found.facts
from found
