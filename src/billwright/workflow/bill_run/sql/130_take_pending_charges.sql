-- step: take_pending_charges
-- owner: rating
-- reads: rating_pending_charge, catalog_product
-- writes: none
-- uses: run_line, run_payer, run_account, run_hold, run_tax
-- why: one-off charges and approved adjustments that waited for a run of this day; their amount is as entered.
insert into run_line (
    payer_id, split_key, account_id, subscription_id, charge_id, kind, text, service_from, service_to, claim_no,
    formula, quantity,
    unit_price, amount_minor, discount_minor, tax_code, tax_percent, family, product_code
)
select
    c.payer_id,
    '' as split_key,
    c.account_id,
    c.subscription_id,
    c.id as charge_id,
    case when c.kind in ('ONE_OFF', 'SERVICE_CREDIT') then c.kind else 'ADJUSTMENT' end as kind,
    c.text,
    c.service_from,
    c.service_to,
    0 as claim_no,
    case when c.kind = 'SERVICE_CREDIT' then 14 else 3 end as formula,
    c.quantity,
    c.unit_price,
    c.amount_minor,
    0 as discount_minor,
    case when product.tax_category = 'NONE' then '' else tax.tax_code end as tax_code,
    case when product.tax_category = 'NONE' then 0 else tax.percent end as tax_percent,
    product.family,
    product.code as product_code
from rating_pending_charge as c
inner join run_payer as payer on payer.payer_id = c.payer_id and payer.currency = c.currency
inner join run_account as account on account.account_id = c.account_id
inner join catalog_product as product on product.id = c.product_id
left join run_tax as tax
    on tax.legal_entity_id = payer.legal_entity_id
    and tax.tax_treatment = payer.tax_treatment
    and tax.tax_category = product.tax_category
where c.state = 'READY'
  and c.payer_id >= %(payer_from)s
  and c.payer_id < %(payer_before)s
  and (%(subscription_id)s::bigint is null or c.subscription_id = %(subscription_id)s)
  and c.bill_from <= account.day
  and c.account_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
  and c.payer_id not in (select h.account_id from run_hold as h where h.subscription_id is null)
  and (
      c.subscription_id is null
      or c.subscription_id not in (select h.subscription_id from run_hold as h where h.subscription_id is not null)
  )
