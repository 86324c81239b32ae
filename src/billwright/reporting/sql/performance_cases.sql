-- step: performance_cases
-- owner: reporting
-- reads: invoicing_invoice, accounts_billing_account
-- writes: none
-- why: the corrections behind the figures, one a row, so that a share can be checked document by document.
select
    n.id as correction_id,
    n.number as correction,
    n.document_date as corrected_on,
    n.kind,
    n.reason_code,
    n.reason,
    abs(n.net_minor) as net_minor,
    n.currency,
    d.id as invoice_id,
    d.number as invoice,
    d.document_date,
    d.account_id,
    a.number as account
from invoicing_invoice as d
inner join invoicing_invoice as n
    on n.corrects_id = d.id and n.state = 'ISSUED' and n.document_date <= %(known_on)s
inner join accounts_billing_account as a on a.id = d.account_id
where d.state = 'ISSUED'
  and d.kind = 'INVOICE'
  and d.origin <> 'IMPORT'
  and d.document_date >= %(first)s
  and d.document_date < %(before)s
  and d.legal_entity_id = any(%(entity_ids)s::bigint[])
order by abs(n.net_minor) desc, n.id
