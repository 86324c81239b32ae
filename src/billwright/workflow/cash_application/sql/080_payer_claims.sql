-- step: payer_claims
-- owner: receivables
-- reads: receivables_open_item, invoicing_invoice, accounts_parent_link, receivables_match_item,
--        receivables_match_proposal
-- writes: none
-- why: what the payers of many receipts owe, their family's claims too, and claims that texts name. What stands in
--      the queue for another receipt is taken off, as an item is paid once.
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
    coalesce(r.reserved_minor, 0)::bigint as reserved_minor,
    v.net_minor,
    v.total_minor,
    v.number
from wanted as w
inner join receivables_open_item as i on w.id = i.id
inner join invoicing_invoice as v on i.invoice_id = v.id
left join lateral (
    select sum(m.amount_minor + m.write_off_minor) as reserved_minor
    from receivables_match_item as m
    inner join receivables_match_proposal as p on m.proposal_id = p.id
    where m.open_item_id = i.id
        and p.state = 'OPEN'
        and left(p.evidence_kind, 5) <> 'ORDER'
        and p.cash_id <> all(%(cash_ids)s::bigint[])
) as r on true
where i.open_minor > 0
order by w.payer_id, i.id
