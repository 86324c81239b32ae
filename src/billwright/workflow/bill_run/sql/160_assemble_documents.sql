-- step: assemble_documents
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_document, run_line, run_document_tax
-- why: one document per payer and split key; below zero it is a credit note, to the one document it corrects if there is
-- one.
with

net as (
    select
        l.payer_id,
        l.split_key,
        count(*) as line_count,
        sum(l.amount_minor - l.discount_minor) as net_minor,
        case
            when count(l.credits_invoice_id) = count(*) and min(l.credits_invoice_id) = max(l.credits_invoice_id)
                then min(l.credits_invoice_id)
        end as corrects_id
    from run_line as l
    group by l.payer_id, l.split_key
),

tax as (
    select
        t.payer_id,
        t.split_key,
        sum(case when t.withheld then 0 else t.tax_minor end) as tax_minor,
        sum(case when t.withheld then t.tax_minor else 0 end) as withheld_minor
    from run_document_tax as t
    group by t.payer_id, t.split_key
)

insert into run_document
select
    -- The ninth before the tenth.
    row_number() over (order by net.payer_id, length(net.split_key), net.split_key) as document_no,
    net.payer_id,
    net.split_key,
    case
        when net.net_minor + coalesce(tax.tax_minor - tax.withheld_minor, 0) < 0 then 'CREDIT_NOTE'
        when left(net.split_key, 7) = 'credit:' then 'DEBIT_NOTE'
        else 'INVOICE'
    end as kind,
    net.corrects_id,
    net.line_count,
    net.net_minor,
    coalesce(tax.tax_minor, 0) as tax_minor,
    net.net_minor + coalesce(tax.tax_minor - tax.withheld_minor, 0) as total_minor,
    coalesce(tax.withheld_minor, 0) as withheld_minor
from net
left join tax on tax.payer_id = net.payer_id and tax.split_key = net.split_key
