-- step: allocate_sources
-- owner: receivables
-- reads: none
-- writes: none
-- uses: run_allocation, run_source, run_issue, run_installment
-- needs: run_source
-- why: what documents, or parts of them, claim, laid end to end beside the sources, that due first first: where both
-- overlap, the source settles the claim.
with

item as (
    select
        i.document_no,
        i.payer_id,
        coalesce(t.part_no, 1) as part_no,
        coalesce(t.open_item_id, i.open_item_id) as open_item_id,
        coalesce(t.due_date, i.due_date) as due_date,
        coalesce(t.amount_minor, i.total_minor) as amount_minor
    from run_issue as i
    left join run_installment as t on t.document_no = i.document_no
    where i.total_minor > 0
),

claim as (
    select
        item.document_no,
        item.open_item_id,
        item.payer_id,
        sum(item.amount_minor) over claims - item.amount_minor as starts_at,
        sum(item.amount_minor) over claims as ends_at
    from item
    window
        claims as (
            partition by item.payer_id order by item.due_date, item.document_no, item.part_no rows unbounded preceding
        )
),

overlap as (
    select
        claim.document_no,
        claim.open_item_id,
        s.cash_id,
        s.credit_item_id,
        least(claim.ends_at, s.ends_at) - greatest(claim.starts_at, s.starts_at) as amount_minor
    from claim
    inner join run_source as s
        on s.payer_id = claim.payer_id and s.starts_at < claim.ends_at and s.ends_at > claim.starts_at
),

entry as (
    select
        paid.open_item_id,
        nextval((select pg_get_serial_sequence('ledger_journal_entry', 'id')::regclass)) as entry_id
    from (select distinct overlap.open_item_id from overlap where overlap.cash_id is not null) as paid
)

insert into run_allocation
select
    case when overlap.cash_id is not null then entry.entry_id end as entry_id,
    overlap.document_no,
    overlap.open_item_id,
    overlap.cash_id,
    overlap.credit_item_id,
    overlap.amount_minor
from overlap
left join entry on entry.open_item_id = overlap.open_item_id
