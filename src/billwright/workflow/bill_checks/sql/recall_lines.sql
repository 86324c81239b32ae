-- step: recall_lines
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line
-- writes: none
-- uses: run_line, run_payer
-- why: what the lines of a run that is over refer to, for the payers who want a reference on each.
insert into run_line (payer_id, split_key, account_id, item_id, kind, purchase_order, cost_center)
select d.account_id as payer_id, d.split_key, l.account_id, l.item_id, l.kind, l.purchase_order, l.cost_center
from invoicing_invoice as d
inner join run_payer as known on known.payer_id = d.account_id and known.required_references <> '[]'
inner join invoicing_invoice_line as l on l.invoice_id = d.id
where d.run_id = %(run_id)s and d.state = 'ISSUED'
