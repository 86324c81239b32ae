-- step: read_entities
-- owner: ledger
-- reads: org_legal_entity, org_currency, org_convention, org_document_series, ledger_accounting_period
-- writes: none
-- uses: run_entity
-- why: what every document of an entity shares: its accounting day (the first open one), series and conventions.
insert into run_entity
select
    e.id as legal_entity_id,
    e.base_currency_id as base_currency,
    b.exponent as base_exponent,
    p.accounting_date,
    (date_trunc('month', p.accounting_date) + interval '1 month')::date as month_ends_before,
    coalesce(correction.value, 'negative_line') as correction,
    coalesce(zero.value, 'drop') as zero_lines,
    coalesce(credit.value, 'open_first') as credit_use,
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
left join lateral (
    select c.value
    from org_convention as c
    where c.legal_entity_id = e.id and c.option = 'correction' and c.valid_from <= %(document_date)s
    order by c.valid_from desc
    limit 1
) as correction on true
left join lateral (
    select c.value
    from org_convention as c
    where c.legal_entity_id = e.id and c.option = 'zero_lines' and c.valid_from <= %(document_date)s
    order by c.valid_from desc
    limit 1
) as zero on true
left join lateral (
    select c.value
    from org_convention as c
    where c.legal_entity_id = e.id and c.option = 'credit_use' and c.valid_from <= %(document_date)s
    order by c.valid_from desc
    limit 1
) as credit on true
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
