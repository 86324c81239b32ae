-- step: performance_products
-- owner: reporting
-- reads: invoicing_invoice, invoicing_invoice_line
-- writes: none
-- why: what was invoiced net by product and month: the trend of each product. Credit notes and debit notes count in their
-- own month, so that the sum is what was billed on balance.
select
    d.currency,
    l.product_code as product,
    date_trunc('month', d.document_date)::date as month,
    count(distinct d.id) as invoice_count,
    sum(l.net_minor)::bigint as net_minor
from invoicing_invoice as d
inner join invoicing_invoice_line as l on l.invoice_id = d.id
where d.state = 'ISSUED'
  and d.origin <> 'IMPORT'
  and d.document_date >= %(first)s
  and d.document_date < %(before)s
  and d.legal_entity_id = any(%(entity_ids)s::bigint[])
group by d.currency, l.product_code, date_trunc('month', d.document_date)
order by d.currency, l.product_code, month
