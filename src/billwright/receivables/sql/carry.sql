-- step: carry
-- owner: receivables
-- reads: receivables_open_item, receivables_unallocated_cash, receivables_source_use, receivables_wallet_use,
-- receivables_wallet_lot, invoicing_invoice, payments_payment, ledger_posting, ledger_account
-- writes: none
-- why: what items, pieces of cash and prepaid money were posted at, in their currency and in base currency, and how much of that
-- posting is used up. The items of one document share its posting, laid end to end by their parts.
with

item as (
    select
        i.id,
        i.invoice_id,
        (i.amount_minor - i.open_minor)
        + coalesce(sum(o.amount_minor) filter (where o.part_no < i.part_no), 0) as used_minor
    from receivables_open_item as i
    inner join receivables_open_item as o on o.invoice_id = i.invoice_id
    where i.id = any(%(item_ids)s::bigint[])
    group by i.id
),

piece as (
    select
        c.id,
        c.account_id,
        c.open_minor - c.amount_minor as used_minor,
        coalesce(u.to_entry_id, u.entry_id, w.entry_id, m.entry_id) as entry_id
    from receivables_unallocated_cash as c
    inner join payments_payment as m on m.id = c.payment_id
    left join receivables_source_use as u on u.to_cash_id = c.id
    left join receivables_wallet_use as w on w.to_cash_id = c.id
    where c.id = any(%(cash_ids)s::bigint[])
)

select
    'item' as kind,
    item.id,
    sum(p.amount_minor)::bigint as amount_minor,
    sum(p.base_minor)::bigint as base_minor,
    item.used_minor::bigint as used_minor
from item
inner join invoicing_invoice as d on d.id = item.invoice_id
inner join ledger_posting as p on p.entry_id = d.entry_id
inner join ledger_account as a on a.id = p.ledger_account_id and a.role = 'RECEIVABLES'
group by item.id, item.used_minor
having sum(p.amount_minor) <> 0
union all
select
    'cash' as kind,
    piece.id,
    sum(p.amount_minor)::bigint as amount_minor,
    sum(p.base_minor)::bigint as base_minor,
    piece.used_minor
from piece
inner join ledger_posting as p
    on p.entry_id = piece.entry_id and p.amount_minor < 0 and p.billing_account_id is not distinct from piece.account_id
inner join ledger_account as a on a.id = p.ledger_account_id and a.role in ('UNALLOCATED_CASH', 'SUSPENSE')
group by piece.id, piece.used_minor
union all
select
    'lot' as kind,
    w.id,
    p.amount_minor,
    p.base_minor,
    w.open_minor - w.amount_minor as used_minor
from receivables_wallet_lot as w
inner join ledger_posting as p on p.entry_id = w.entry_id and p.amount_minor < 0
inner join ledger_account as a on a.id = p.ledger_account_id and a.role = 'WALLETS'
where w.id = any(%(lot_ids)s::bigint[])
