-- step: take_numbers
-- owner: org
-- reads: org_document_series
-- writes: org_document_series
-- uses: run_number, run_issue
-- why: last of all, so that a series is locked only until the commit that follows; series in a fixed order, so that two
-- shards never wait for each other in a circle. A rollback gives the numbers back: no gap.
with

wanted as (
    select i.legal_entity_id, i.kind, count(*) as document_count
    from run_issue as i
    group by i.legal_entity_id, i.kind
),

series as (
    select distinct on (s.legal_entity_id, s.kind) s.id, s.legal_entity_id, s.kind, wanted.document_count
    from org_document_series as s
    inner join wanted on wanted.legal_entity_id = s.legal_entity_id and wanted.kind = s.kind
    where s.valid_from <= %(document_date)s and (s.valid_to is null or s.valid_to > %(document_date)s)
    order by s.legal_entity_id, s.kind, s.valid_from desc
),

locked as (
    select s.id
    from org_document_series as s
    where s.id in (select series.id from series)
    order by s.id
    for no key update
),

taken as (
    update org_document_series as s
    set next_no = s.next_no + series.document_count
    from series
    inner join locked on locked.id = series.id
    where s.id = series.id
    returning s.legal_entity_id, s.kind, s.id, s.next_no - series.document_count as first_no, s.prefix, s.width
)

insert into run_number
select taken.legal_entity_id, taken.kind, taken.id, taken.first_no, taken.prefix, taken.width
from taken
