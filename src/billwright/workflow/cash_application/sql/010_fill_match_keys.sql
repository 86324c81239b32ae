-- step: fill_match_keys
-- owner: receivables
-- reads: receivables_open_item, invoicing_invoice, receivables_match_key
-- writes: receivables_match_key
-- why: what is looked for in texts, once per claim: its number, the digits of it, the customer's reference, folded as
--      texts.fold folds them. Only claims without keys are read, so a second run writes nothing. Which those are is
--      known before the first is written: a look-up per claim would search a table that grows meanwhile.
with

unkeyed as materialized (
    select i.id
    from receivables_open_item as i
    where i.open_minor > 0
    except
    select k.open_item_id
    from receivables_match_key as k
),

missing as (
    select
        i.id,
        v.number,
        v.purchase_order
    from unkeyed as u
    inner join receivables_open_item as i on u.id = i.id
    inner join invoicing_invoice as v on i.invoice_id = v.id
),

keys as (
    select
        m.id,
        'NUMBER' as kind,
        translate(upper(regexp_replace(m.number, '[^[:alnum:]]+', '', 'g')), 'OQDILSBZG', '000115826') as key
    from missing as m
    union all
    select
        m.id,
        'DIGITS' as kind,
        ltrim(regexp_replace(m.number, '[^0-9]+', '', 'g'), '0') as key
    from missing as m
    union all
    select
        m.id,
        'DIGITS' as kind,
        ltrim(coalesce(substring(m.number from '[0-9]+$'), ''), '0') as key
    from missing as m
    union all
    select
        m.id,
        'REFERENCE' as kind,
        translate(upper(regexp_replace(m.purchase_order, '[^[:alnum:]]+', '', 'g')), 'OQDILSBZG', '000115826') as key
    from missing as m
)

insert into receivables_match_key (kind, key, open_item_id)
select
    k.kind,
    left(k.key, 80) as key,
    k.id
from keys as k
where k.key <> ''
on conflict do nothing
