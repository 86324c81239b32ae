-- step: write_rated_records
-- owner: rating
-- reads: none
-- writes: rating_rated_record
-- uses: run_record, run_slice, run_due, run_verdict
-- needs: run_record
-- why: what each record came to stays with the claim that billed it; unrated ones too, so that nothing is forgotten.
insert into rating_rated_record (
    item_id, claim_no, record_id, billed_quantity, amount, is_rated, prefix, parts, run_id
)
select
    s.item_id,
    s.claim_no,
    r.record_id,
    r.billed as billed_quantity,
    r.amount,
    r.rated as is_rated,
    r.prefix,
    r.parts,
    %(run_id)s as run_id
from run_record as r
inner join run_slice as s on s.slice_id = r.slice_id
inner join run_due as d on d.item_id = s.item_id
inner join run_verdict as v on v.payer_id = s.payer_id and v.outcome = 'ISSUED'
where r.record_id is not null
