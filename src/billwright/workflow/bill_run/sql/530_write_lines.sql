-- step: write_lines
-- owner: invoicing
-- reads: none
-- writes: invoicing_invoice_line
-- uses: run_post, run_line, run_share, run_account, run_payer, run_currency
-- why: lines come before their document is issued and are frozen with it.
insert into invoicing_invoice_line (
    invoice_id, line_no, account_id, item_id, charge_id, kind, text, service_from, service_to, claim_no, price_id,
    formula, quantity, billed_quantity, unit_price, days, base_days, period_from, period_to, share_percent, rounding,
    subscription_id, amount_minor, discount_minor, net_minor, tax_code, tax_percent,
    tax_minor, tax_point, revenue_account_id, deferred, clause, usage_count, usage_digest, credits_invoice_id,
    credits_line_no, purchase_order, cost_center, product_code, gross_minor, gross_discount_minor, exact_amount,
    exact_discount, spend_limit_id
)
select
    p.invoice_id,
    s.line_no,
    l.account_id,
    l.item_id,
    l.charge_id,
    l.kind,
    l.text,
    l.service_from,
    l.service_to,
    l.claim_no,
    l.price_id,
    l.formula,
    l.quantity,
    l.billed_quantity,
    l.unit_price,
    l.days,
    l.base_days,
    l.period_from,
    l.period_to,
    l.share_percent,
    l.rounding,
    l.subscription_id,
    l.amount_minor,
    l.discount_minor,
    l.amount_minor - l.discount_minor as net_minor,
    l.tax_code,
    l.tax_percent,
    s.tax_minor,
    %(document_date)s as tax_point,
    p.ledger_account_id as revenue_account_id,
    p.deferred,
    coalesce(l.clause, '') as clause,
    coalesce(l.usage_count, 0) as usage_count,
    l.usage_digest,
    l.credits_invoice_id,
    l.credits_line_no,
    coalesce(l.purchase_order, c.purchase_order, '') as purchase_order,
    coalesce(l.cost_center, c.cost_center, '') as cost_center,
    l.product_code,
    l.gross_minor,
    l.gross_discount_minor,
    (l.exact_amount - l.exact_discount) / e.scale as exact_amount,
    l.exact_discount / e.scale as exact_discount,
    l.spend_limit_id
from run_post as p
inner join run_share as s on s.line_id = p.line_id
inner join run_line as l on l.line_id = p.line_id
inner join run_payer as a on a.payer_id = l.payer_id
inner join run_currency as e on e.legal_entity_id = a.legal_entity_id and e.currency = a.currency
left join run_account as c on c.account_id = l.account_id
order by p.invoice_id, s.line_no
