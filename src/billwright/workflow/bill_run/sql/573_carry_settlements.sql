-- step: carry_settlements
-- owner: receivables
-- reads: receivables_open_item, receivables_unallocated_cash, receivables_source_use, receivables_wallet_use,
-- invoicing_invoice, payments_payment, ledger_posting, ledger_account
-- writes: none
-- uses: run_carried, run_foreign, run_own_credit, run_allocation, run_issue, run_installment
-- needs: run_foreign
-- why: in a foreign currency both sides of a settlement leave at the rate that they came at (docs/decisions/0022), as
-- receivables' `Carrying` reckons one by one: shares of a posting, laid end to end. A settlement by credit has an entry
-- where both sides differ. Not posted yet, or nothing: the rate of the documents.
with

settlement as (
    select
        s.*,
        i.base_factor,
        row_number() over (order by s.document_no, s.open_item_id, s.cash_id, s.credit_item_id) as place
    from (
        select
            own.document_no, own.open_item_id, null::bigint as cash_id, note.open_item_id as credit_item_id,
            own.amount_minor, null::bigint as entry_id
        from run_own_credit as own
        inner join run_issue as note on note.document_no = own.document_no
        union all
        select a.document_no, a.open_item_id, a.cash_id, a.credit_item_id, a.amount_minor, a.entry_id
        from run_allocation as a
    ) as s
    inner join run_issue as i on i.document_no = s.document_no
    inner join run_foreign as f on f.payer_id = i.payer_id
),

side as (
    select s.place, 'claim' as part, 'item' as kind, s.open_item_id as id, -s.amount_minor as amount_minor
    from settlement as s
    union all
    select
        s.place,
        'source' as part,
        case when s.cash_id is null then 'item' else 'cash' end as kind,
        coalesce(s.cash_id, s.credit_item_id) as id,
        s.amount_minor
    from settlement as s
),

item as (
    select
        o.id,
        d.entry_id,
        o.amount_minor - o.open_minor + coalesce((
            select sum(earlier.amount_minor)
            from receivables_open_item as earlier
            where earlier.invoice_id = o.invoice_id and earlier.part_no < o.part_no
        ), 0) as used_minor
    from receivables_open_item as o
    inner join invoicing_invoice as d on d.id = o.invoice_id
    where o.id = any(array(select side.id from side where side.kind = 'item'))
    union all
    select
        coalesce(t.open_item_id, issued.open_item_id) as id,
        issued.entry_id,
        coalesce(sum(t.amount_minor) over (
            partition by t.document_no order by t.part_no rows between unbounded preceding and 1 preceding
        ), 0) as used_minor
    from run_issue as issued
    inner join run_foreign as payer on payer.payer_id = issued.payer_id
    left join run_installment as t on t.document_no = issued.document_no
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
    where c.id = any(array(select side.id from side where side.kind = 'cash'))
),

posted as (
    select p.entry_id, p.billing_account_id, p.amount_minor, p.base_minor, a.role
    from ledger_posting as p
    inner join ledger_account as a on a.id = p.ledger_account_id and a.role in ('RECEIVABLES', 'UNALLOCATED_CASH')
    where p.entry_id = any(array(select item.entry_id from item union select piece.entry_id from piece))
),

stock as (
    select
        'item' as kind, item.id, item.used_minor, sum(p.amount_minor) as amount_minor, sum(p.base_minor) as base_minor
    from item
    inner join posted as p on p.entry_id = item.entry_id and p.role = 'RECEIVABLES'
    group by item.id, item.used_minor
    having sum(p.amount_minor) <> 0
    union all
    select
        'cash' as kind, piece.id, piece.used_minor, sum(p.amount_minor) as amount_minor,
        sum(p.base_minor) as base_minor
    from piece
    inner join posted as p
        on p.entry_id = piece.entry_id and p.role = 'UNALLOCATED_CASH' and p.amount_minor < 0
        and p.billing_account_id is not distinct from piece.account_id
    group by piece.id, piece.used_minor
),

laid as (
    select
        side.place,
        side.part,
        s.amount_minor,
        s.base_minor,
        s.used_minor - sum(side.amount_minor) over first + side.amount_minor as used_before,
        s.used_minor - sum(side.amount_minor) over first as used_after
    from side
    inner join stock as s on s.kind = side.kind and s.id = side.id
    window first as (partition by side.kind, side.id order by side.place rows unbounded preceding)
),

left_at as (
    select
        laid.place,
        laid.part,
        sum(
            share.sign * sign(laid.base_minor * share.used_minor * laid.amount_minor)
            * div(2 * abs(laid.base_minor * share.used_minor) + abs(laid.amount_minor), 2 * abs(laid.amount_minor))
        ) as base_minor
    from laid
    cross join lateral (values (1, laid.used_before), (-1, laid.used_after)) as share (sign, used_minor)
    group by laid.place, laid.part
),

carried as (
    select
        s.document_no,
        s.open_item_id,
        s.cash_id,
        s.credit_item_id,
        s.amount_minor,
        s.entry_id,
        coalesce(source.base_minor, round(s.amount_minor * s.base_factor)) as of_source,
        coalesce(claim.base_minor, -round(s.amount_minor * s.base_factor)) as of_item
    from settlement as s
    left join left_at as source on source.place = s.place and source.part = 'source'
    left join left_at as claim on claim.place = s.place and claim.part = 'claim'
)

insert into run_carried
select
    c.document_no,
    c.open_item_id,
    c.cash_id,
    c.credit_item_id,
    c.amount_minor,
    c.of_source,
    c.of_item,
    case
        when c.cash_id is not null then c.entry_id
        when c.of_source + c.of_item <> 0
            then nextval((select pg_get_serial_sequence('ledger_journal_entry', 'id')::regclass))
    end as entry_id
from carried as c
