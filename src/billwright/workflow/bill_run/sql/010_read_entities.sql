-- step: read_entities
-- owner: ledger
-- reads: org_legal_entity, org_currency, org_convention, org_document_series, ledger_accounting_period
-- writes: none
-- uses: run_entity
-- why: what every document of an entity shares: its accounting day (the first open one), series and conventions.
with

present as (
    select distinct on (c.legal_entity_id, c.option) c.legal_entity_id, c.option, c.value
    from org_convention as c
    where c.valid_from <= %(document_date)s
    order by c.legal_entity_id, c.option, c.valid_from desc
),

chosen as (
    select present.legal_entity_id, jsonb_object_agg(present.option, present.value) as options
    from present
    group by present.legal_entity_id
)

insert into run_entity
select
    e.id as legal_entity_id,
    e.base_currency_id as base_currency,
    b.exponent as base_exponent,
    p.accounting_date,
    (date_trunc('month', p.accounting_date) + interval '1 month')::date as month_ends_before,
    coalesce(chosen.options ->> 'correction', 'negative_line') as correction,
    coalesce(chosen.options ->> 'zero_lines', 'drop') as zero_lines,
    coalesce(chosen.options ->> 'credit_use', 'open_first') as credit_use,
    coalesce(chosen.options ->> 'day_count', 'actual') as day_count,
    coalesce(chosen.options ->> 'tax_rounding', 'rate_group') as tax_rounding,
    coalesce(chosen.options ->> 'stub', 'aligned_period') as stub,
    coalesce(chosen.options ->> 'arrears_on', 'day_after') as arrears_on,
    coalesce(chosen.options ->> 'first_tier_flat_at_zero', 'free') as first_tier_flat_at_zero,
    coalesce(chosen.options ->> 'minimum_proration', 'as_the_fee') as minimum_proration,
    coalesce(chosen.options ->> 'late_usage', 'bill') as late_usage,
    coalesce(chosen.options ->> 'rounding', 'line_half_up') as rounding,
    coalesce(chosen.options ->> 'tax_prices', 'exclusive') as tax_prices,
    coalesce(chosen.options ->> 'discount_tax', 'before_tax') as discount_tax,
    coalesce(chosen.options ->> 'discount_limits', 'before_limits') as discount_limits,
    coalesce(chosen.options ->> 'credit_cap', 'line_amount') as credit_cap,
    coalesce(chosen.options ->> 'negative_total', 'account_credit') as negative_total,
    coalesce(chosen.options ->> 'e_invoice', 'nobody') as e_invoice,
    s.id as invoice_series_id
from org_legal_entity as e
inner join org_currency as b on b.code = e.base_currency_id
left join lateral (
    select greatest(p.starts_on, %(document_date)s) as accounting_date
    from ledger_accounting_period as p
    where p.legal_entity_id = e.id and p.state = 'OPEN' and p.ends_before > %(document_date)s
    order by p.starts_on
    limit 1
) as p on true
left join chosen on chosen.legal_entity_id = e.id
left join lateral (
    select s.id
    from org_document_series as s
    where s.legal_entity_id = e.id
      and s.kind = 'INVOICE'
      and s.valid_from <= %(document_date)s
      and (s.valid_to is null or s.valid_to > %(document_date)s)
    order by s.valid_from desc
    limit 1
) as s on true
where %(legal_entity_id)s::bigint is null or e.id = %(legal_entity_id)s
