-- step: refer_documents
-- owner: invoicing
-- reads: invoicing_invoice
-- writes: none
-- uses: run_document_reference, run_line, run_split, run_account, run_payer
-- needs: run_split
-- why: a document that was split off carries the references of its lines where they are all the same, else its payer's;
-- a credit note of its own those of the document that it corrects.
with

line as (
    select
        l.payer_id,
        l.split_key,
        l.credits_invoice_id,
        coalesce(nullif(l.purchase_order, ''), nullif(a.purchase_order, ''), p.purchase_order) as purchase_order,
        coalesce(nullif(l.cost_center, ''), nullif(a.cost_center, ''), p.cost_center) as cost_center,
        p.purchase_order as payers_order,
        p.cost_center as payers_center
    from run_line as l
    inner join run_split as s on s.payer_id = l.payer_id
    inner join run_payer as p on p.payer_id = l.payer_id
    left join run_account as a on a.account_id = l.account_id
),

original as (
    select i.id as invoice_id, i.purchase_order, i.cost_center
    from invoicing_invoice as i
    where i.id = any(array(
        select line.credits_invoice_id
        from line
        where left(line.split_key, 7) = 'credit:'
    ))
)

insert into run_document_reference
select
    line.payer_id,
    line.split_key,
    coalesce(
        min(original.purchase_order),
        case
            when min(line.purchase_order) = max(line.purchase_order) then min(line.purchase_order)
            else min(line.payers_order)
        end
    ) as purchase_order,
    coalesce(
        min(original.cost_center),
        case
            when min(line.cost_center) = max(line.cost_center) then min(line.cost_center)
            else min(line.payers_center)
        end
    ) as cost_center
from line
left join original on original.invoice_id = line.credits_invoice_id and left(line.split_key, 7) = 'credit:'
group by line.payer_id, line.split_key
