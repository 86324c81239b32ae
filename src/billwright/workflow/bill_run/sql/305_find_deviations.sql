-- step: find_deviations
-- owner: invoicing
-- reads: invoicing_invoice, accounts_customer, accounts_reference_field
-- writes: none
-- uses: run_finding, run_check, run_digest, run_payer, run_split, run_account, run_line, run_currency
-- why: what a person should look at before the documents leave: a total far from what the account usually gets, and what
-- its documents would lack. Usual is the median of its last six invoices; far is more than a factor times their usual
-- distance from it (the median of the distances, scaled as for normal spread), at least a fifth of the median, and at
-- least a minimum; the company's table of checks has factor and minimum.
with

wanted as (
    select p.payer_id, reference.name
    from run_payer as p
    cross join lateral jsonb_array_elements_text(p.required_references) as reference (name)
    where p.required_references <> '[]'
),

recent as (
    select payer.payer_id, i.total_minor
    from run_digest as payer
    cross join lateral (
        select d.total_minor
        from invoicing_invoice as d
        where d.account_id = payer.payer_id and d.kind = 'INVOICE' and d.state = 'ISSUED'
          and d.run_id is distinct from %(run_id)s
        order by d.document_date desc, d.id desc
        limit 6
    ) as i
    where payer.line_count > 0 and payer.payer_id not in (select s.payer_id from run_split as s)
    union all
    -- Who gets several documents a run is told by what they come to together.
    select payer.payer_id, i.total_minor
    from run_digest as payer
    inner join run_split as s on s.payer_id = payer.payer_id
    cross join lateral (
        select sum(d.total_minor)::bigint as total_minor
        from invoicing_invoice as d
        where d.account_id = payer.payer_id and d.kind = 'INVOICE' and d.state = 'ISSUED'
          and d.run_id is distinct from %(run_id)s
        group by d.document_date, coalesce(d.run_id, -d.id)
        order by d.document_date desc, max(d.id) desc
        limit 6
    ) as i
    where payer.line_count > 0
),

usual as (
    select
        recent.payer_id,
        count(*) as document_count,
        percentile_cont(0.5) within group (order by recent.total_minor) as median
    from recent
    group by recent.payer_id
),

spread as (
    select
        recent.payer_id,
        percentile_cont(0.5) within group (order by abs(recent.total_minor - usual.median)) * 1.4826 as distance
    from recent
    inner join usual on usual.payer_id = recent.payer_id
    group by recent.payer_id
),

found as (
    select
        g.payer_id,
        k.code,
        k.severity,
        jsonb_build_object('total_minor', g.total_minor, 'usual_minor', round(usual.median::numeric)) as facts
    from run_digest as g
    inner join usual on usual.payer_id = g.payer_id
    inner join spread on spread.payer_id = g.payer_id
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_currency as c on c.legal_entity_id = p.legal_entity_id and c.currency = p.currency
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'outlier' and k.severity <> 'OFF'
    where usual.document_count >= 3
      and abs(g.total_minor - usual.median) > greatest(k.factor * spread.distance, abs(usual.median) / 5)
      and abs(g.total_minor - usual.median) >= k.minimum * c.scale
    union all
    select g.payer_id, k.code, k.severity, jsonb_build_object('treatment', p.tax_treatment) as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join accounts_customer as c on c.id = p.customer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'no_tax_number' and k.severity <> 'OFF'
    where g.line_count > 0 and p.tax_treatment = 'REVERSE_CHARGE' and c.tax_number = ''
    union all
    select g.payer_id, k.code, k.severity, jsonb_build_object('label', min(r.label)) as facts
    from run_digest as g
    inner join accounts_reference_field as r on r.account_id = g.payer_id
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'no_reference' and k.severity <> 'OFF'
    where g.line_count > 0 and r.required and r.value = ''
    group by g.payer_id, k.code, k.severity
    union all
    select w.payer_id, k.code, k.severity, jsonb_build_object('reference', w.name, 'lines', count(*)) as facts
    from wanted as w
    inner join run_line as l on l.payer_id = w.payer_id
    inner join run_payer as p on p.payer_id = w.payer_id
    left join run_account as a on a.account_id = l.account_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'no_reference' and k.severity <> 'OFF'
    where case w.name
        when 'purchase_order' then coalesce(l.purchase_order, '') = '' and coalesce(a.purchase_order, '') = ''
            and p.purchase_order = ''
        else coalesce(l.cost_center, '') = '' and coalesce(a.cost_center, '') = '' and p.cost_center = ''
    end
    group by w.payer_id, w.name, k.code, k.severity
)

insert into run_finding
select found.payer_id, null as item_id, found.code, found.severity, found.facts
from found
