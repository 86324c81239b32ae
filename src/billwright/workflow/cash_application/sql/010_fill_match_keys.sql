-- step: fill_match_keys
-- owner: receivables
-- reads: receivables_open_item, invoicing_invoice, receivables_match_key
-- writes: receivables_match_key
-- why: what is looked for in texts, once per claim: its number, the digits of it, the customer's reference, folded as
--      texts.fold folds them. Only claims without keys are read, so a second run writes nothing. Which those are is
--      known before the first is written: a look-up per claim would search a table that grows meanwhile. Of plain
--      letters those that stand in a number are taken out one by one, which is many times as fast as an expression; each
--      key is reckoned once, before empty ones are left out.
with

unkeyed as materialized (
    select i.id
    from receivables_open_item as i
    where i.open_minor > 0 and mod(i.id, %(shard_count)s) = %(shard)s
    except
    select k.open_item_id
    from receivables_match_key as k
    where mod(k.open_item_id, %(shard_count)s) = %(shard)s
),

missing as materialized (
    select
        i.id,
        v.number,
        v.purchase_order,
        upper(v.number) as capitals,
        translate(upper(v.number), '0123456789', '') as no_digits,
        v.number ~ '^[ -~]*$' as is_plain
    from unkeyed as u
    inner join receivables_open_item as i on u.id = i.id
    inner join invoicing_invoice as v on i.invoice_id = v.id
),

keys as materialized (
    select
        m.id,
        'NUMBER' as kind,
        case
            when m.is_plain
                then translate(
                    m.capitals,
                    'OQDILSBZG' || translate(m.no_digits, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', ''),
                    '000115826'
                )
            else translate(regexp_replace(m.capitals, '[^[:alnum:]]+', '', 'g'), 'OQDILSBZG', '000115826')
        end as key
    from missing as m
    union all
    select
        m.id,
        'DIGITS' as kind,
        case
            when m.is_plain then ltrim(translate(m.capitals, m.no_digits, ''), '0')
            else ltrim(regexp_replace(m.number, '[^0-9]+', '', 'g'), '0')
        end as key
    from missing as m
    union all
    select
        m.id,
        'DIGITS' as kind,
        ltrim(right(m.number, length(m.number) - length(rtrim(m.number, '0123456789'))), '0') as key
    from missing as m
    union all
    select
        m.id,
        'REFERENCE' as kind,
        translate(upper(regexp_replace(m.purchase_order, '[^[:alnum:]]+', '', 'g')), 'OQDILSBZG', '000115826') as key
    from missing as m
    where m.purchase_order <> ''
)

insert into receivables_match_key (key, kind, open_item_id)
select distinct
    left(k.key, 80) as key,
    k.kind,
    k.id
from keys as k
where k.key <> ''
order by key, k.kind, k.id
