-- step: credit_unowed
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line, catalog_price, catalog_plan_charge, catalog_product
-- writes: none
-- uses: run_line, run_due, run_payer, run_entity, run_tax
-- why: what was billed beyond an item's end is credited once per original line: its share by days (formula 4), the rest
-- to the last share, never more than earlier credits left of it. A rate that has changed since, and entities whose
-- convention says so, get a credit note of its own to the document it corrects. Where nothing is prorated (day_count =
-- none), only whole lines are credited.
with

ended as (
    select d.*
    from run_due as d
    where d.horizon < d.billed_through
),

billed as (
    select ended.payer_id, ended.horizon, ended.claim_no as moved_count, ended.price_id as item_price_id, line.*
    from ended
    cross join lateral (
        select l.*
        from invoicing_invoice_line as l
        where l.account_id = ended.account_id and l.item_id = ended.item_id
        offset 0
    ) as line
),

credited as (
    select
        billed.credits_invoice_id,
        billed.credits_line_no,
        min(billed.service_from) as credited_from,
        sum(billed.amount_minor) as amount_minor,
        sum(billed.discount_minor) as discount_minor
    from billed
    where billed.kind = 'CORRECTION'
    group by billed.credits_invoice_id, billed.credits_line_no
),

original as (
    select
        billed.*,
        greatest(billed.service_from, billed.horizon) as credit_from,
        coalesce(credited.credited_from, billed.service_to) as credit_to,
        coalesce(credited.amount_minor, 0) + by_hand.amount_minor as credited_amount,
        coalesce(credited.discount_minor, 0) + by_hand.discount_minor as credited_discount
    from billed
    left join credited
        on credited.credits_invoice_id = billed.invoice_id and credited.credits_line_no = billed.line_no
    cross join lateral (
        select
            coalesce(sum(l.amount_minor), 0) as amount_minor,
            coalesce(sum(l.discount_minor), 0) as discount_minor
        from invoicing_invoice as i
        inner join invoicing_invoice_line as l on l.invoice_id = i.id
        where i.corrects_id = billed.invoice_id
          and i.state = 'ISSUED'
          and l.item_id is null
          and l.credits_line_no = billed.line_no
        offset 0
    ) as by_hand
    where billed.kind in ('RECURRING', 'ONE_OFF') and billed.service_to > billed.horizon
),

share as (
    select
        original.*,
        original.credit_to - original.credit_from as credit_days,
        original.service_to - original.service_from as line_days,
        original.amount_minor + original.credited_amount as amount_left,
        original.discount_minor + original.credited_discount as discount_left,
        original.credit_from = original.service_from as is_last
    from original
    where original.credit_to > original.credit_from
),

credit as (
    select
        share.*,
        -sign(share.amount_minor) * case
            when share.is_last then greatest(sign(share.amount_minor) * share.amount_left, 0)
            else least(
                greatest(sign(share.amount_minor) * share.amount_left, 0),
                div(2 * abs(share.amount_minor::numeric) * share.credit_days + share.line_days, 2 * share.line_days)
            )
        end as credit_minor,
        -sign(share.discount_minor) * case
            when share.is_last then greatest(sign(share.discount_minor) * share.discount_left, 0)
            else least(
                greatest(sign(share.discount_minor) * share.discount_left, 0),
                div(2 * abs(share.discount_minor::numeric) * share.credit_days + share.line_days, 2 * share.line_days)
            )
        end as credit_discount_minor
    from share
)

insert into run_line (
    payer_id, split_key, account_id, item_id, kind, text, service_from, service_to, claim_no, price_id, formula,
    quantity, unit_price, days, base_days, amount_minor, discount_minor, tax_code, tax_percent, family, product_code,
    credits_invoice_id, credits_line_no
)
select
    credit.payer_id,
    case
        when entity.correction = 'credit_note' then 'credit:' || credit.invoice_id
        when credit.tax_code <> '' and tax.tax_code is null then 'credit:' || credit.invoice_id
        else ''
    end as split_key,
    credit.account_id,
    credit.item_id,
    'CORRECTION' as kind,
    credit.text,
    credit.credit_from as service_from,
    credit.credit_to as service_to,
    credit.moved_count + 1 as claim_no,
    credit.price_id,
    4 as formula,
    credit.quantity,
    credit.unit_price,
    credit.credit_days as days,
    credit.line_days as base_days,
    credit.credit_minor as amount_minor,
    credit.credit_discount_minor as discount_minor,
    credit.tax_code,
    credit.tax_percent,
    product.family,
    product.code as product_code,
    credit.invoice_id as credits_invoice_id,
    credit.line_no as credits_line_no
from credit
inner join run_payer as payer on payer.payer_id = credit.payer_id
inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
inner join catalog_price as price on price.id = credit.item_price_id
inner join catalog_plan_charge as plan_charge on plan_charge.id = price.plan_charge_id
inner join catalog_product as product on product.id = plan_charge.product_id
left join (
    select distinct run_tax.legal_entity_id, run_tax.tax_code, run_tax.percent
    from run_tax
) as tax
    on tax.legal_entity_id = payer.legal_entity_id
    and tax.tax_code = credit.tax_code
    and tax.percent = credit.tax_percent
where credit.credit_minor <> 0 and (credit.is_last or entity.day_count <> 'none')
