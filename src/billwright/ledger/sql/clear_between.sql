-- step: clear_between
-- owner: ledger
-- reads: ledger_day_movement, ledger_movement, ledger_account, org_legal_entity
-- writes: none
-- why: what each of two companies has in its books of the other as of a day; folded sums and those not yet folded.
with

movement as (
    select d.ledger_account_id, d.accounting_date, d.currency, d.debit_minor - d.credit_minor as amount_minor
    from ledger_day_movement as d
    union all
    select m.ledger_account_id, m.accounting_date, m.currency, m.debit_minor - m.credit_minor as amount_minor
    from ledger_movement as m
),

balance as (
    select
        e.id as legal_entity_id,
        e.code as here,
        a.id as ledger_account_id,
        a.family as there,
        movement.currency,
        sum(movement.amount_minor)::bigint as amount_minor
    from movement
    inner join ledger_account as a
        on a.id = movement.ledger_account_id and a.role = 'INTERCOMPANY' and a.family <> ''
    inner join org_legal_entity as e on e.id = a.legal_entity_id
    where movement.accounting_date <= %(as_of)s
    group by e.id, e.code, a.id, a.family, movement.currency
)

select
    one.code as one_code,
    other.code as other_code,
    one.id as one_id,
    other.id as other_id,
    coalesce(ours.currency, theirs.currency) as currency,
    ours.ledger_account_id as one_account_id,
    theirs.ledger_account_id as other_account_id,
    coalesce(ours.amount_minor, 0) as one_minor,
    coalesce(theirs.amount_minor, 0) as other_minor
from balance as ours
full join balance as theirs
    on theirs.here = ours.there and theirs.there = ours.here and theirs.currency = ours.currency
inner join org_legal_entity as one on one.code = coalesce(ours.here, theirs.there)
inner join org_legal_entity as other on other.code = coalesce(ours.there, theirs.here)
where one.code < other.code
order by one.code, other.code, currency
