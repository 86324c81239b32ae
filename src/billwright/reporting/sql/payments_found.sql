-- step: payments_found
-- owner: reporting
-- reads: payments_payment
-- writes: none
-- why: receipts of companies that a text finds, each way by an index of its own: the beginning of a number or reference,
--      the beginnings of words of the payer's name, or an account that the text finds. The newest of them, `found_max` at
--      most.
select f.id
from (
    select
        p.id,
        p.value_date,
        p.legal_entity_id
    from payments_payment as p
    where upper(p.number) like upper(%(beginning)s)
    union
    select
        p.id,
        p.value_date,
        p.legal_entity_id
    from payments_payment as p
    where p.reference <> '' and upper(p.reference) like upper(%(beginning)s)
    union
    select
        p.id,
        p.value_date,
        p.legal_entity_id
    from payments_payment as p
    where p.payer_name <> ''
        and to_tsvector('simple'::regconfig, coalesce(p.payer_name, '')) @@ to_tsquery('simple', %(words)s)
    union
    select
        p.id,
        p.value_date,
        p.legal_entity_id
    from payments_payment as p
    where p.account_id = any(%(account_ids)s::bigint[])
) as f
where f.legal_entity_id = any(%(legal_entity_ids)s::bigint[])
order by f.value_date desc, f.id desc
limit %(found_max)s
