-- step: write_bank_entries
-- owner: rating
-- reads: none
-- writes: rating_bank_entry
-- uses: run_bank, run_verdict
-- needs: run_bank
-- why: what periods put into a bank of units, took from it, and what was settled: its ledger, tied to the run.
insert into rating_bank_entry (
    subscription_id, kind, period_from, period_to, quantity, item_id, claim_no, run_id, recorded_at
)
select
    b.subscription_id,
    b.kind,
    b.period_from,
    b.period_to,
    b.quantity,
    b.item_id,
    b.claim_no + 1 as claim_no,
    %(run_id)s as run_id,
    %(at)s as recorded_at
from run_bank as b
inner join run_verdict as v on v.payer_id = b.payer_id and v.outcome = 'ISSUED'
order by b.subscription_id, b.period_from
