-- step: add_bank_entries
-- owner: payments
-- reads: payments_bank_entry
-- writes: payments_bank_entry
-- uses: bank_line
-- why: twins of a statement are counted, on from those of the statements that border on it; lines that another file has
--      told already meet their own rows, so a second run writes nothing.
with

told as (
    select
        e.booking_date,
        e.digest,
        count(*) as twin_count
    from payments_bank_entry as e
    where e.bank_account_id = %(bank_account_id)s and e.statement_id = any(%(bordering_ids)s::bigint[])
    group by e.booking_date, e.digest
)

insert into payments_bank_entry (
    bank_account_id,
    statement_id,
    booking_date,
    value_date,
    currency,
    amount_minor,
    bank_reference,
    end_to_end,
    counterparty,
    counterparty_account,
    remittance,
    code,
    return_reason,
    mandate,
    digest,
    occurrence,
    state,
    reason
)
select
    %(bank_account_id)s,
    %(statement_id)s,
    r.booking_date,
    r.value_date,
    r.currency,
    r.amount_minor,
    r.bank_reference,
    r.end_to_end,
    r.counterparty,
    r.counterparty_account,
    r.remittance,
    r.code,
    r.return_reason,
    r.mandate,
    r.digest,
    coalesce(t.twin_count, 0) + row_number() over (partition by r.booking_date, r.digest order by r.place),
    'NEW',
    ''
from bank_line as r
left join told as t on r.booking_date = t.booking_date and r.digest = t.digest
order by r.place
on conflict (bank_account_id, booking_date, digest, occurrence) do nothing
