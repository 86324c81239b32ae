-- step: write_invoices
-- owner: invoicing
-- reads: none
-- writes: invoicing_invoice
-- uses: run_issue, run_installment, run_payer, run_document_reference, run_snapshot, run_number
-- why: the documents themselves, issued with their numbers; from here to the commit other shards wait for the series.
with

numbered as (
    select i.*, row_number() over (partition by i.legal_entity_id, i.kind order by i.invoice_id) as place
    from run_issue as i
)

insert into invoicing_invoice (
    id, kind, state, origin, legal_entity_id, account_id, series_id, series_no, number, currency, document_date,
    due_date, payment_parts,
    accounting_date, net_minor, tax_minor, withheld_minor, total_minor, entry_id, run_id, split_key,
    corrects_id, reason_code,
    reason, purchase_order, cost_center, language, place_of_supply, seller_id, buyer_id, text, issued_at, issued_by,
    version
)
select
    i.invoice_id as id,
    i.kind,
    'ISSUED' as state,
    'RUN' as origin,
    i.legal_entity_id,
    i.payer_id as account_id,
    n.series_id,
    n.first_no + i.place - 1 as series_no,
    n.prefix || lpad((n.first_no + i.place - 1)::text, greatest(n.width, length((n.first_no + i.place - 1)::text)), '0')
        as number,
    i.currency,
    %(document_date)s as document_date,
    i.due_date,
    case when i.document_no in (select t.document_no from run_installment as t) then p.payment_parts end
        as payment_parts,
    i.accounting_date,
    i.net_minor,
    i.tax_minor,
    i.withheld_minor,
    i.total_minor,
    i.entry_id,
    %(run_id)s as run_id,
    i.split_key,
    i.corrects_id,
    case
        when i.corrects_id is null then ''
        when %(subscription_id)s::bigint is null then 'SERVICE_ENDED'
        else 'BILLING_ERROR'
    end as reason_code,
    '' as reason,
    coalesce(r.purchase_order, p.purchase_order) as purchase_order,
    coalesce(r.cost_center, p.cost_center) as cost_center,
    p.language,
    p.place_of_supply,
    snapshot.seller_id,
    snapshot.buyer_id,
    case when i.corrects_id is null then %(document_text)s::text else '' end as text,
    %(at)s as issued_at,
    %(actor)s as issued_by,
    1 as version
from numbered as i
inner join run_payer as p on p.payer_id = i.payer_id
left join run_document_reference as r on r.payer_id = i.payer_id and r.split_key = i.split_key
inner join run_number as n on n.legal_entity_id = i.legal_entity_id and n.kind = i.kind
inner join run_snapshot as snapshot on snapshot.payer_id = i.payer_id
order by i.invoice_id
