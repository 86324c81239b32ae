-- step: add_bank_entries
-- owner: payments
-- reads: none
-- writes: payments_bank_entry
-- why: lines that another file has told already meet their own rows, so a second run writes nothing.
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
    r.occurrence,
    'NEW',
    ''
from
    json_to_recordset(%(lines)s) as r (
        booking_date date,
        value_date date,
        currency text,
        amount_minor bigint,
        bank_reference text,
        end_to_end text,
        counterparty text,
        counterparty_account text,
        remittance text,
        code text,
        return_reason text,
        mandate text,
        digest text,
        occurrence integer
    )
on conflict (bank_account_id, booking_date, digest, occurrence) do nothing
