-- step: keep_buyers
-- owner: invoicing
-- reads: invoicing_party_snapshot
-- writes: invoicing_party_snapshot
-- uses: run_party
-- why: one row per change of a party, shared by all documents since; a second run adds none.
insert into invoicing_party_snapshot (account_id, digest, party, recorded_at)
select p.payer_id as account_id, p.digest, p.party, %(at)s as recorded_at
from run_party as p
where not exists (
    select 1
    from invoicing_party_snapshot as s
    where s.account_id = p.payer_id and s.digest = p.digest
)
order by p.payer_id
