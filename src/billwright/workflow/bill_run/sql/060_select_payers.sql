-- step: select_payers
-- owner: accounts
-- reads: accounts_billing_account, accounts_customer, org_legal_entity
-- writes: none
-- uses: run_payer, run_entity
-- why: the accounts of this shard that get documents, with what their documents copy from them.
insert into run_payer
select
    a.id as payer_id,
    a.legal_entity_id,
    a.currency_id as currency,
    a.tax_treatment,
    a.state,
    coalesce(a.payment_terms_days, l.payment_terms_days) as terms_days,
    coalesce(a.payment_parts, case when a.payment_terms_days is null then l.payment_parts end) as payment_parts,
    a.language,
    a.purchase_order,
    a.cost_center,
    a.place_of_supply,
    a.customer_id,
    case
        when %(subscription_id)s::bigint is not null then 'credit_note'
        else coalesce(a.conventions ->> 'correction', e.correction)
    end as correction,
    coalesce(a.conventions ->> 'credit_use', e.credit_use) as credit_use,
    coalesce(a.conventions ->> 'tax_rounding', e.tax_rounding) as tax_rounding,
    coalesce(a.conventions ->> 'rounding', e.rounding) as rounding,
    coalesce(a.conventions ->> 'negative_total', e.negative_total) as negative_total,
    coalesce(a.conventions ->> 'tax_prices', e.tax_prices) as tax_prices,
    coalesce(a.conventions ->> 'discount_tax', e.discount_tax) as discount_tax,
    a.split_by,
    a.required_references,
    case coalesce(a.conventions ->> 'e_invoice', e.e_invoice)
        when 'everybody' then true
        when 'organizations' then c.kind = 'ORGANIZATION'
        else false
    end as owes_e_invoice
from accounts_billing_account as a
inner join accounts_customer as c on c.id = a.customer_id
inner join run_entity as e on e.legal_entity_id = a.legal_entity_id
inner join org_legal_entity as l on l.id = a.legal_entity_id
where a.id >= %(payer_from)s
  and a.id < %(payer_before)s
  and (%(payer_ids)s::bigint[] is null or a.id = any(%(payer_ids)s::bigint[]))
