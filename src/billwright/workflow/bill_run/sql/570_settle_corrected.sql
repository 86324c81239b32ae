-- step: settle_corrected
-- owner: receivables
-- reads: receivables_open_item, subscriptions_item, subscriptions_change
-- writes: none
-- uses: run_own_credit, run_issue, run_line, run_payer
-- why: a credit note settles what is open: the documents it corrects first, then the payer's others, the earliest due
-- first. By the convention credit_use = next_invoice it is kept for later invoices; what is to be paid back settles no
-- other documents.
with

note as (
    select
        i.document_no,
        i.payer_id,
        i.split_key,
        -i.total_minor as amount_minor,
        p.negative_total = 'refund' as is_paid_back
    from run_issue as i
    inner join run_payer as p on p.payer_id = i.payer_id and p.credit_use = 'open_first'
    where i.total_minor < 0
),

line as (
    select
        note.document_no,
        note.payer_id,
        l.credits_invoice_id,
        exists (
            select 1
            from subscriptions_item as s
            inner join subscriptions_change as c on c.subscription_id = s.subscription_id
            where s.payer_id >= %(payer_from)s
              and s.payer_id < %(payer_before)s
              and s.id = l.item_id
              and c.kind = 'CANCEL'
              and c.unused = 'refund'
              and c.withdrawn_at is null
        ) as is_paid_back
    from note
    inner join run_line as l
        on l.payer_id = note.payer_id and l.split_key = note.split_key and l.credits_invoice_id is not null
),

item as (
    select o.id, o.account_id as payer_id, o.invoice_id, o.open_minor, o.due_date
    from receivables_open_item as o
    where o.account_id >= %(payer_from)s
      and o.account_id < %(payer_before)s
      and o.open_minor > 0
      and o.account_id in (select note.payer_id from note)
),

corrected as (
    select item.id, item.open_minor, min(line.document_no) as document_no
    from item
    inner join line on line.payer_id = item.payer_id and line.credits_invoice_id = item.invoice_id
    group by item.id, item.open_minor
),

laid as (
    select
        corrected.id,
        corrected.document_no,
        corrected.open_minor,
        note.amount_minor - sum(corrected.open_minor) over first + corrected.open_minor as left_minor
    from corrected
    inner join note on note.document_no = corrected.document_no
    window first as (partition by corrected.document_no order by corrected.id rows unbounded preceding)
),

own as (
    select laid.document_no, laid.id, least(laid.open_minor, laid.left_minor) as amount_minor
    from laid
    where laid.left_minor > 0
),

rest as (
    select
        note.document_no,
        note.payer_id,
        sum(note.amount_minor - coalesce(used.amount_minor, 0)) over notes as ends_at,
        note.amount_minor - coalesce(used.amount_minor, 0) as amount_minor
    from note
    left join (
        select own.document_no, sum(own.amount_minor) as amount_minor from own group by own.document_no
    ) as used on used.document_no = note.document_no
    where not note.is_paid_back
      and note.document_no not in (select line.document_no from line where line.is_paid_back)
    window notes as (partition by note.payer_id order by note.document_no rows unbounded preceding)
),

other as (
    select
        item.id,
        item.payer_id,
        sum(item.open_minor - coalesce(settled.amount_minor, 0)) over items as ends_at,
        item.open_minor - coalesce(settled.amount_minor, 0) as open_minor
    from item
    left join (select own.id, sum(own.amount_minor) as amount_minor from own group by own.id) as settled
        on settled.id = item.id
    window items as (partition by item.payer_id order by item.due_date, item.id rows unbounded preceding)
),

next as (
    select
        rest.document_no,
        other.id,
        least(rest.ends_at, other.ends_at)
        - greatest(rest.ends_at - rest.amount_minor, other.ends_at - other.open_minor) as amount_minor
    from rest
    inner join other
        on other.payer_id = rest.payer_id
        and other.ends_at > rest.ends_at - rest.amount_minor
        and other.ends_at - other.open_minor < rest.ends_at
)

insert into run_own_credit
select found.document_no, found.id as open_item_id, sum(found.amount_minor) as amount_minor
from (
    select own.document_no, own.id, own.amount_minor from own
    union all
    select next.document_no, next.id, next.amount_minor from next
) as found
where found.amount_minor > 0
group by found.document_no, found.id
