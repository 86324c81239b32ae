-- step: find_named
-- owner: receivables
-- reads: receivables_match_key, receivables_open_item, invoicing_invoice
-- writes: none
-- why: which claims the places of many texts name, however the number is written. Each place comes folded and, where
--      it is nothing but digits, as digits without leading zeros, else as a dash, which is no key.
with

asked as (
    select
        t.n,
        t.folded,
        t.digits
    from unnest(string_to_array(%(folded)s, ' '), string_to_array(%(digits)s, ' '))
        with ordinality as t (folded, digits, n)
),

found as (
    select
        a.n,
        k.kind,
        k.open_item_id
    from asked as a
    inner join receivables_match_key as k on a.folded = k.key and k.kind <> 'DIGITS'
    union all
    select
        a.n,
        k.kind,
        k.open_item_id
    from asked as a
    inner join receivables_match_key as k on a.digits = k.key and k.kind = 'DIGITS'
)

select
    f.n,
    f.kind,
    i.id as item_id,
    i.account_id,
    i.legal_entity_id,
    i.currency,
    i.invoice_id,
    v.number
from found as f
inner join receivables_open_item as i on f.open_item_id = i.id
inner join invoicing_invoice as v on i.invoice_id = v.id
where i.open_minor > 0
order by f.n, i.id
