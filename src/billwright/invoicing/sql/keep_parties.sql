-- step: keep_parties
-- owner: invoicing
-- reads: invoicing_party_snapshot
-- writes: invoicing_party_snapshot
-- why: one row per change of a party, shared by all documents since; a second run adds none.
with

party as (
    select
        account_id,
        legal_entity_id,
        party,
        md5(party::text)::uuid as digest
    from unnest(%(account_ids)s::bigint [], %(legal_entity_ids)s::bigint [], %(parties)s::jsonb [])
        as parties (account_id, legal_entity_id, party)
)

insert into invoicing_party_snapshot (account_id, legal_entity_id, digest, party, recorded_at)
select
    party.account_id,
    party.legal_entity_id,
    party.digest,
    party.party,
    %(at)s as recorded_at
from party
where not exists (
    select 1
    from invoicing_party_snapshot
    where
        invoicing_party_snapshot.digest = party.digest
        and invoicing_party_snapshot.account_id is not distinct from party.account_id
        and invoicing_party_snapshot.legal_entity_id is not distinct from party.legal_entity_id
)
on conflict do nothing
