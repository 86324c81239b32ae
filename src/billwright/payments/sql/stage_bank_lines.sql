-- step: stage_bank_lines
-- owner: payments
-- reads: none
-- writes: none
-- uses: bank_line
-- why: the lines of a statement come in pieces, so that a file of any length is taken in bounded memory; what each of
--      them is beside the others is asked when all are there.
insert into bank_line (
    place, booking_date, value_date, currency, amount_minor, bank_reference, end_to_end, counterparty,
    counterparty_account, remittance, code, return_reason, mandate, digest
)
select
    r.place,
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
    r.digest
from
    json_to_recordset(%(lines)s) as r (
        place bigint,
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
        digest text
    )
