-- step: find_documents
-- owner: receivables
-- reads: receivables_match_key, receivables_open_item, invoicing_invoice
-- writes: none
-- why: the open items of the documents that an advice names, however their numbers are written; of a document in parts
--      the one due first. A document that is paid already is found by its number as it is printed.
with

asked as (
    select
        t.n,
        t.found ->> 'document' as document,
        t.found ->> 'folded' as folded,
        t.found ->> 'digits' as digits
    from json_array_elements(%(documents)s) with ordinality as t (found, n)
),

named as (
    select
        a.n,
        k.open_item_id,
        1 as rank
    from asked as a
    inner join receivables_match_key as k on a.folded = k.key and k.kind <> 'DIGITS'
    union all
    select
        a.n,
        k.open_item_id,
        2 as rank
    from asked as a
    inner join receivables_match_key as k on a.digits = k.key and k.kind = 'DIGITS'
    union all
    select
        a.n,
        i.id as open_item_id,
        3 as rank
    from asked as a
    inner join invoicing_invoice as v on a.document = v.number and v.legal_entity_id = %(legal_entity_id)s
    inner join receivables_open_item as i on v.id = i.invoice_id
)

select distinct on (d.n)
    d.n,
    i.id
from named as d
inner join receivables_open_item as i on d.open_item_id = i.id
where i.legal_entity_id = %(legal_entity_id)s and i.currency = %(currency)s and i.amount_minor > 0
order by d.n, d.rank, i.open_minor = 0, i.due_date, i.id
