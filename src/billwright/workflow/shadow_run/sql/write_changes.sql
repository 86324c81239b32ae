-- step: write_changes
-- owner: invoicing
-- reads: none
-- writes: invoicing_shadow_change
-- uses: run_draft_change
-- why: what a person goes through and signs: every difference, by account, charge and cause.
insert into invoicing_shadow_change (
    shadow_id, payer_id, account_id, currency, charge_key, what, cause, amount_minor, before, after
)
select
    %(shadow_id)s as shadow_id,
    c.payer_id,
    c.account_id,
    c.currency,
    left(c.charge_key, 340) as charge_key,
    c.what,
    c.cause,
    c.amount_minor,
    left(c.before, 60) as before,
    left(c.after, 60) as after
from run_draft_change as c
order by c.payer_id, c.charge_key, c.cause
