-- step: documents
-- owner: invoicing
-- reads: invoicing_invoice, accounts_billing_account, receivables_open_item, receivables_allocation
-- writes: none
-- why: every issued document of the world with what is open of it and the credit it took when a run issued it.
select
    i.id,
    i.kind,
    i.number,
    a.number as account,
    i.document_date,
    i.due_date,
    i.currency,
    i.net_minor,
    i.tax_minor,
    i.withheld_minor,
    i.total_minor,
    coalesce(
        (select sum(o.open_minor) from receivables_open_item as o where o.invoice_id = i.id), 0
    )::bigint as open_minor,
    coalesce(
        (
            select sum(l.amount_minor)
            from receivables_open_item as o
            inner join receivables_allocation as l on l.open_item_id = o.id
            where o.invoice_id = i.id and l.run_id = i.run_id and l.policy = 'BILL_RUN'
        ), 0
    )::bigint as credit_applied_minor,
    i.corrects_id,
    i.run_id
from invoicing_invoice as i
inner join accounts_billing_account as a on a.id = i.account_id
where i.state = 'ISSUED'
order by i.issued_at, i.series_no, i.id
