-- step: digest_payers
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_digest, run_line, run_share, run_document, run_due
-- why: what a payer would get, in one number: issue refuses a payer whose digest is not the approved one. Payers whose
-- marks move without any line are there too.
with

payer as (
    select d.payer_id from run_due as d
    union
    select l.payer_id from run_line as l
),

line as (
    select
        l.payer_id,
        count(*) as line_count,
        md5(string_agg(
            concat_ws(
                '|', l.split_key, l.account_id, l.item_id, l.charge_id, l.kind, l.service_from, l.service_to,
                l.price_id,
                trim_scale(l.quantity), trim_scale(l.unit_price), l.amount_minor, l.discount_minor, l.tax_code,
                trim_scale(l.tax_percent), s.tax_minor, l.purchase_order, l.cost_center
            ),
            e'\n' order by s.document_no, s.line_no
        ))::uuid as digest
    from run_line as l
    inner join run_share as s on s.line_id = l.line_id
    group by l.payer_id
),

total as (
    select
        d.payer_id,
        sum(d.net_minor) as net_minor,
        sum(d.tax_minor) as tax_minor,
        sum(d.total_minor) as total_minor
    from run_document as d
    group by d.payer_id
)

insert into run_digest
select
    payer.payer_id,
    coalesce(line.line_count, 0) as line_count,
    coalesce(total.net_minor, 0) as net_minor,
    coalesce(total.tax_minor, 0) as tax_minor,
    coalesce(total.total_minor, 0) as total_minor,
    coalesce(line.digest, md5('')::uuid) as digest
from payer
left join line on line.payer_id = payer.payer_id
left join total on total.payer_id = payer.payer_id
