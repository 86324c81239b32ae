-- step: snapshot_sellers
-- owner: invoicing
-- reads: org_legal_entity
-- writes: invoicing_party_snapshot
-- why: names, address and tax numbers of the seller as they stand today, frozen on documents; one row per change.
with

party as (
    select
        e.id as legal_entity_id,
        jsonb_build_object(
            'name', e.name,
            'street', e.street,
            'postcode', e.postcode,
            'city', e.city,
            'region', e.region,
            'country', e.country,
            'tax_number', e.tax_number,
            'registration_number', e.registration_number,
            'email', e.email,
            'phone', e.phone,
            'website', e.website,
            'document_footer', e.document_footer
        ) as party
    from org_legal_entity as e
    where %(legal_entity_id)s::bigint is null or e.id = %(legal_entity_id)s
)

insert into invoicing_party_snapshot (legal_entity_id, digest, party, recorded_at)
select p.legal_entity_id, md5(p.party::text)::uuid as digest, p.party, %(at)s as recorded_at
from party as p
on conflict do nothing
