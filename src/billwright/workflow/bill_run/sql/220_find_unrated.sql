-- step: find_unrated
-- owner: usage
-- reads: none
-- writes: none
-- uses: run_finding, run_record, run_slice
-- why: a record without a rate is not free: it stays unbilled and is told, with the prefixes that lack a rate.
insert into run_finding
select
    s.payer_id,
    s.item_id,
    'unrated_usage' as code,
    'WARNING' as severity,
    jsonb_build_object(
        'records', count(*), 'prefixes', jsonb_agg(distinct r.prefix), 'first', min(r.record_id)
    ) as facts
from run_record as r
inner join run_slice as s on s.slice_id = r.slice_id
where not r.rated
group by s.payer_id, s.item_id
