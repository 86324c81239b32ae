-- step: digest_changes
-- owner: invoicing
-- reads: invoicing_shadow_change
-- writes: none
-- why: every difference in one number: what is signed is told from what somebody changed later.
select
    md5(coalesce(string_agg(
        concat_ws('|', c.payer_id, c.account_id, c.currency, c.charge_key, c.cause, c.amount_minor, c.before, c.after),
        e'\n' order by c.payer_id, c.account_id, c.charge_key, c.cause, c.amount_minor
    ), ''))::uuid as digest,
    count(distinct c.payer_id) as changed_count
from invoicing_shadow_change as c
where c.shadow_id = %(shadow_id)s
