-- step: write_drafted_lines
-- owner: invoicing
-- reads: none
-- writes: invoicing_shadow_line
-- uses: run_draft, run_draft_change
-- why: both drafts of whoever differs, to be looked at side by side.
insert into invoicing_shadow_line (
    shadow_id, payer_id, side, account_id, charge_key, kind, text, service_from, service_to, quantity, unit_price, days,
    base_days, amount_minor, discount_minor, tax_percent, tax_minor
)
select
    %(shadow_id)s as shadow_id,
    d.payer_id,
    d.side,
    d.account_id,
    left(d.charge_key, 340) as charge_key,
    d.kind,
    d.text,
    d.service_from,
    d.service_to,
    d.quantity,
    d.unit_price,
    d.days,
    d.base_days,
    d.amount_minor,
    d.discount_minor,
    d.tax_percent,
    d.tax_minor
from run_draft as d
where d.payer_id in (select c.payer_id from run_draft_change as c)
order by d.payer_id, d.side, d.line_no
