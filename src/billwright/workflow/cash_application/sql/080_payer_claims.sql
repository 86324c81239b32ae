-- step: payer_claims
-- owner: receivables
-- reads: receivables_open_item, invoicing_invoice, accounts_parent_link
-- writes: none
-- why: what the payers of many receipts owe, their family's claims too, and claims that texts name.
with

families as (
    select
        a.id as payer_id,
        a.id as account_id
    from unnest(%(account_ids)s::bigint[]) as a (id)
    union
    select
        l.parent_id as payer_id,
        l.child_id as account_id
    from accounts_parent_link as l
    where l.parent_id = any(%(account_ids)s::bigint[]) and l.valid_to is null
    union
    select
        l.child_id as payer_id,
        l.parent_id as account_id
    from accounts_parent_link as l
    where l.child_id = any(%(account_ids)s::bigint[]) and l.valid_to is null
),

wanted as (
    select
        f.payer_id,
        i.id
    from families as f
    inner join receivables_open_item as i on f.account_id = i.account_id and i.open_minor > 0
    union
    select
        null::bigint as payer_id,
        t.id
    from unnest(%(item_ids)s::bigint[]) as t (id)
)

select
    w.payer_id,
    i.id as item_id,
    i.account_id,
    i.currency,
    i.legal_entity_id,
    i.due_date,
    i.document_date,
    i.open_minor,
    v.net_minor,
    v.total_minor,
    v.number
from wanted as w
inner join receivables_open_item as i on w.id = i.id
inner join invoicing_invoice as v on i.invoice_id = v.id
where i.open_minor > 0
order by w.payer_id, i.id
