-- step: allocate_sources
-- owner: receivables
-- reads: none
-- writes: none
-- uses: run_allocation, run_source, run_issue
-- needs: run_source
-- why: documents laid end to end beside the sources: where both overlap, the source settles the document.
with

claim as (
    select
        i.document_no,
        i.payer_id,
        sum(i.total_minor) over claims - i.total_minor as starts_at,
        sum(i.total_minor) over claims as ends_at
    from run_issue as i
    where i.total_minor > 0
    window claims as (partition by i.payer_id order by i.document_no rows unbounded preceding)
),

overlap as (
    select
        claim.document_no,
        s.cash_id,
        s.credit_item_id,
        least(claim.ends_at, s.ends_at) - greatest(claim.starts_at, s.starts_at) as amount_minor
    from claim
    inner join run_source as s
        on s.payer_id = claim.payer_id and s.starts_at < claim.ends_at and s.ends_at > claim.starts_at
),

entry as (
    select
        paid.document_no,
        nextval((select pg_get_serial_sequence('ledger_journal_entry', 'id')::regclass)) as entry_id
    from (select distinct overlap.document_no from overlap where overlap.cash_id is not null) as paid
)

insert into run_allocation
select
    case when overlap.cash_id is not null then entry.entry_id end as entry_id,
    overlap.document_no,
    overlap.cash_id,
    overlap.credit_item_id,
    overlap.amount_minor
from overlap
left join entry on entry.document_no = overlap.document_no
