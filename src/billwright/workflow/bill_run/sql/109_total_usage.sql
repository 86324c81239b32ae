-- step: total_usage
-- owner: usage
-- reads: none
-- writes: none
-- uses: run_usage, run_measure
-- needs: run_measure
-- why: one quantity a slice: its meter's, or the larger of several. The digest says which records stood behind it: their
-- number and the sum of the hashes of what they say, whatever their order.
insert into run_usage
select
    m.slice_id,
    max(m.quantity) as quantity,
    sum(m.record_count) as record_count,
    min(m.first_at) as first_at,
    max(m.last_at) as last_at,
    md5(sum(m.record_count) || '|' || coalesce(sum(m.hash), 0))::uuid as digest
from run_measure as m
group by m.slice_id
