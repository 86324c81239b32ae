-- step: parties_kept
-- owner: invoicing
-- reads: invoicing_party_snapshot
-- writes: none
-- why: the ids of the snapshots that equal the given parties, in their order.
with

party as (
    select
        account_id,
        legal_entity_id,
        place,
        md5(party::text)::uuid as digest
    from unnest(%(account_ids)s::bigint [], %(legal_entity_ids)s::bigint [], %(parties)s::jsonb [])
        with ordinality as parties (account_id, legal_entity_id, party, place)
)

select invoicing_party_snapshot.id
from party
inner join invoicing_party_snapshot
    on
        party.digest = invoicing_party_snapshot.digest
        and party.account_id is not distinct from invoicing_party_snapshot.account_id
        and party.legal_entity_id is not distinct from invoicing_party_snapshot.legal_entity_id
order by party.place
