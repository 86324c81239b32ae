-- step: seal_documents
-- owner: invoicing
-- reads: invoicing_invoice_line, invoicing_line_part, invoicing_line_discount, invoicing_invoice_tax
-- writes: invoicing_document_seal
-- why: one digest over everything a document's amounts follow from, taken when it is issued: what is altered later no
-- longer fits. The columns and their order are version 1 of rating.seals; chr(31) parts columns, chr(30) rows.
with

line as (
    select
        l.invoice_id,
        1 as section,
        l.line_no,
        0 as place,
        '' as name,
        concat_ws(
            chr(31), 'line', l.line_no, l.account_id, coalesce(l.item_id::text, ''), coalesce(l.charge_id::text, ''),
            l.kind, l.text, l.service_from, l.service_to, l.claim_no, coalesce(l.price_id::text, ''), l.formula,
            trim_scale(l.quantity), trim_scale(l.unit_price), coalesce(l.days::text, ''),
            coalesce(l.base_days::text, ''), coalesce(l.period_from::text, ''), coalesce(l.period_to::text, ''),
            coalesce(trim_scale(l.billed_quantity)::text, ''), coalesce(trim_scale(l.exact_amount)::text, ''),
            coalesce(trim_scale(l.exact_discount)::text, ''), coalesce(l.gross_minor::text, ''),
            coalesce(l.gross_discount_minor::text, ''),
            coalesce(trim_scale(l.share_percent)::text, ''), coalesce(l.rounding, ''),
            coalesce(l.subscription_id::text, ''), l.amount_minor, l.discount_minor, l.net_minor, l.tax_code,
            trim_scale(l.tax_percent), l.tax_minor, l.tax_point, l.revenue_account_id, l.deferred, l.clause,
            l.usage_count, coalesce(l.usage_digest::text, ''), coalesce(l.credits_invoice_id::text, ''),
            coalesce(l.credits_line_no::text, ''), l.cost_center, l.product_code, nullif(l.purchase_order, ''),
            l.spend_limit_id
        ) as text
    from invoicing_invoice_line as l
    where l.invoice_id = any(%(invoice_ids)s::bigint[])
),

part as (
    select
        p.invoice_id,
        2 as section,
        p.line_no,
        p.part_no as place,
        '' as name,
        concat_ws(
            chr(31), 'part', p.line_no, p.part_no, p.label, trim_scale(p.quantity), trim_scale(p.unit_price),
            trim_scale(p.flat), coalesce(trim_scale(p.percent)::text, ''),
            coalesce(trim_scale(p.package_size)::text, ''), trim_scale(p.amount)
        ) as text
    from invoicing_line_part as p
    where p.invoice_id = any(%(invoice_ids)s::bigint[])
),

discount as (
    select
        d.invoice_id,
        3 as section,
        d.line_no,
        d.place,
        '' as name,
        concat_ws(
            chr(31), 'discount', d.line_no, d.place, coalesce(d.discount_id::text, ''), d.name,
            coalesce(trim_scale(d.percent)::text, ''), d.amount_minor, coalesce(d.period_from::text, '')
        ) as text
    from invoicing_line_discount as d
    where d.invoice_id = any(%(invoice_ids)s::bigint[])
),

tax as (
    select
        t.invoice_id,
        4 as section,
        0 as line_no,
        0 as place,
        t.tax_code || chr(31) || t.component as name,
        concat_ws(
            chr(31), 'tax', t.tax_code, t.component, trim_scale(t.percent), t.net_minor, t.tax_minor, t.withheld
        ) as text
    from invoicing_invoice_tax as t
    where t.invoice_id = any(%(invoice_ids)s::bigint[])
),

sealed as (
    select line.* from line
    union all
    select part.* from part
    union all
    select discount.* from discount
    union all
    select tax.* from tax
)

insert into invoicing_document_seal (invoice_id, version, digest)
select
    sealed.invoice_id,
    1 as version,
    sha256(convert_to(
        string_agg(
            sealed.text, chr(30) order by sealed.section, sealed.line_no, sealed.place, sealed.name collate "C"
        ),
        'UTF8'
    )) as digest
from sealed
group by sealed.invoice_id
order by sealed.invoice_id
