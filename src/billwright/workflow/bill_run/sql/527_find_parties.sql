-- step: find_parties
-- owner: invoicing
-- reads: invoicing_party_snapshot
-- writes: none
-- uses: run_snapshot, run_party, run_payer
-- why: which snapshots of seller and buyer the documents of a payer carry.
with

seller as (
    select distinct on (s.legal_entity_id) s.legal_entity_id, s.id as seller_id
    from invoicing_party_snapshot as s
    where s.account_id is null
    order by s.legal_entity_id, s.id desc
),

kept as (
    select s.account_id, s.digest, s.id
    from invoicing_party_snapshot as s
    where s.account_id >= %(payer_from)s and s.account_id < %(payer_before)s
)

insert into run_snapshot
select party.payer_id, kept.id as buyer_id, seller.seller_id
from run_party as party
inner join kept on kept.account_id = party.payer_id and kept.digest = party.digest
inner join run_payer as payer on payer.payer_id = party.payer_id
left join seller on seller.legal_entity_id = payer.legal_entity_id
