-- step: standing
-- owner: receivables
-- reads: receivables_open_item, receivables_unallocated_cash, receivables_hold, invoicing_invoice
-- writes: none
-- why: the one place that says what may be chased: open less held less what the account's own credit covers, the
--      oldest first. Twin of policies.held and policies.cover. Holds of the sources `besides` count for nothing: so a
--      debit that is on its way is asked whether what it is for may still be chased by it.
with

items as (
    select
        i.id,
        i.account_id,
        i.legal_entity_id,
        i.invoice_id,
        i.part_no,
        i.claim_class,
        i.document_date,
        i.due_date,
        i.accounting_date,
        i.currency,
        i.amount_minor,
        i.open_minor
    from receivables_open_item as i
    where i.open_minor <> 0
        and (%(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[]))
),

holds as (
    select
        h.open_item_id,
        sum(coalesce(h.amount_minor, i.open_minor)) as held_minor,
        sum(coalesce(h.amount_minor, i.open_minor)) filter (where h.reason = 'DISPUTE') as disputed_minor
    from receivables_hold as h
    inner join items as i on h.open_item_id = i.id
    where h.superseded_at is null
        and h.valid_from <= %(as_of)s
        and (h.valid_until is null or h.valid_until > %(as_of)s)
        and h.source <> all(%(besides)s::text[])
    group by h.open_item_id
),

credits as (
    select
        s.account_id,
        s.currency,
        sum(s.credit_minor) as credit_minor
    from (
        select
            c.account_id,
            c.currency,
            c.open_minor as credit_minor
        from receivables_unallocated_cash as c
        where c.open_minor > 0
            and c.account_id is not null
            and (%(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[]))
        union all
        select
            i.account_id,
            i.currency,
            -i.open_minor as credit_minor
        from items as i
        where i.open_minor < 0
    ) as s
    group by s.account_id, s.currency
),

free as (
    select
        i.*,
        greatest(least(i.open_minor, coalesce(h.held_minor, 0)), 0) as held_minor,
        greatest(least(i.open_minor, coalesce(h.disputed_minor, 0)), 0) as disputed_minor,
        greatest(i.open_minor - coalesce(h.held_minor, 0), 0) as free_minor,
        coalesce(c.credit_minor, 0) as credit_minor
    from items as i
    left join holds as h on i.id = h.open_item_id
    left join credits as c on i.account_id = c.account_id and i.currency = c.currency
),

covered as (
    select
        f.*,
        least(
            f.free_minor,
            greatest(f.credit_minor - (sum(f.free_minor) over older - f.free_minor), 0)
        ) as covered_minor
    from free as f
    window older as (partition by f.account_id, f.currency order by f.due_date, f.document_date, f.id)
)

select
    c.id as open_item_id,
    c.account_id,
    c.legal_entity_id,
    c.invoice_id,
    case when v.payment_parts is not null then c.part_no end as part_no,
    v.kind as document_kind,
    v.number as document_number,
    c.claim_class,
    c.document_date,
    c.due_date,
    c.accounting_date,
    c.currency,
    c.amount_minor,
    c.open_minor,
    c.held_minor::bigint as held_minor,
    c.disputed_minor::bigint as disputed_minor,
    c.covered_minor::bigint as covered_minor,
    (c.free_minor - c.covered_minor)::bigint as chaseable_minor
from covered as c
inner join invoicing_invoice as v on c.invoice_id = v.id
order by c.account_id, c.due_date, c.document_date, c.id
