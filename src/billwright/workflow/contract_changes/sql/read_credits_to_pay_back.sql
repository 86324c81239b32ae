-- step: read_credits_to_pay_back
-- owner: receivables
-- reads: invoicing_invoice, invoicing_invoice_line, receivables_open_item, receivables_allocation,
-- receivables_source_use, subscriptions_item, subscriptions_change, accounts_billing_account, org_convention
-- writes: none
-- why: credit notes of a bill run that are to be paid back: all of them by the convention negative_total = refund, else
-- what a cancellation with unused = refund credited. No more than is left of the note, nor than was paid with money on
-- the invoices that it credits, less what earlier notes paid back of them.
with

note as (
    select
        i.id as invoice_id,
        i.account_id,
        i.document_date,
        o.id as open_item_id,
        o.currency,
        -o.open_minor as left_minor,
        coalesce(
            a.conventions ->> 'negative_total',
            (
                select c.value
                from org_convention as c
                where c.legal_entity_id = i.legal_entity_id
                  and c.option = 'negative_total'
                  and c.valid_from <= i.document_date
                order by c.valid_from desc
                limit 1
            ),
            'account_credit'
        ) as negative_total
    from invoicing_invoice as i
    inner join receivables_open_item as o on o.invoice_id = i.id
    inner join accounts_billing_account as a on a.id = i.account_id
    where i.run_id = %(run_id)s and o.open_minor < 0
),

line as (
    select
        note.invoice_id,
        l.credits_invoice_id,
        -(l.net_minor + l.tax_minor) as credit_minor,
        exists (
            select 1
            from subscriptions_item as s
            inner join subscriptions_change as c on c.subscription_id = s.subscription_id
            where s.id = l.item_id and c.kind = 'CANCEL' and c.unused = 'refund' and c.withdrawn_at is null
        ) as is_asked
    from note
    inner join invoicing_invoice_line as l on l.invoice_id = note.invoice_id
),

asked as (
    select line.invoice_id, coalesce(sum(line.credit_minor) filter (where line.is_asked), 0) as credit_minor
    from line
    group by line.invoice_id
),

corrected as (
    select distinct line.invoice_id, line.credits_invoice_id
    from line
    where line.credits_invoice_id is not null
),

paid as (
    select corrected.invoice_id, sum(al.amount_minor) as amount_minor
    from corrected
    inner join receivables_open_item as o on o.invoice_id = corrected.credits_invoice_id
    inner join receivables_allocation as al on al.open_item_id = o.id and al.cash_id is not null
    group by corrected.invoice_id
),

earlier as (
    select corrected.invoice_id, l.invoice_id as note_id
    from corrected
    inner join invoicing_invoice_line as l on l.credits_invoice_id = corrected.credits_invoice_id
    group by corrected.invoice_id, l.invoice_id
),

returned as (
    select earlier.invoice_id, sum(u.amount_minor) as amount_minor
    from earlier
    inner join receivables_open_item as o on o.invoice_id = earlier.note_id
    inner join receivables_source_use as u on u.credit_item_id = o.id and u.kind = 'REFUND'
    group by earlier.invoice_id
)

select
    note.open_item_id,
    note.currency,
    least(
        note.left_minor,
        case when note.negative_total = 'refund' then note.left_minor else greatest(asked.credit_minor, 0) end,
        coalesce(paid.amount_minor, 0) - coalesce(returned.amount_minor, 0)
    )::bigint as amount_minor,
    note.document_date
from note
inner join asked on asked.invoice_id = note.invoice_id
left join paid on paid.invoice_id = note.invoice_id
left join returned on returned.invoice_id = note.invoice_id
order by note.open_item_id
