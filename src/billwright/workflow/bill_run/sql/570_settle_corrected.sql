-- step: settle_corrected
-- owner: receivables
-- reads: receivables_open_item
-- writes: none
-- uses: run_own_credit, run_issue, run_payer
-- why: a credit note settles the document it corrects first, as far as that is open, like one written by hand: of its
-- parts the one due first; by the convention credit_use = next_invoice it is kept for later invoices.
with

note as (
    select
        i.document_no,
        i.corrects_id,
        i.payer_id,
        sum(-i.total_minor) over notes + i.total_minor as starts_at,
        sum(-i.total_minor) over notes as ends_at
    from run_issue as i
    inner join run_payer as p on p.payer_id = i.payer_id and p.credit_use = 'open_first'
    where i.total_minor < 0 and i.corrects_id is not null
    window notes as (partition by i.corrects_id order by i.document_no rows unbounded preceding)
)

insert into run_own_credit
select
    note.document_no,
    o.id as open_item_id,
    least(note.ends_at, o.ends_at) - greatest(note.starts_at, o.starts_at) as amount_minor
from note
cross join lateral (
    select
        o.id,
        sum(o.open_minor) over parts - o.open_minor as starts_at,
        sum(o.open_minor) over parts as ends_at
    from receivables_open_item as o
    where o.invoice_id = note.corrects_id and o.account_id = note.payer_id and o.open_minor > 0
    window parts as (order by o.part_no rows unbounded preceding)
    offset 0
) as o
where o.starts_at < note.ends_at and note.starts_at < o.ends_at
