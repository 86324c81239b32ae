-- step: recall_due
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line, subscriptions_item
-- writes: none
-- uses: run_due, run_payer
-- why: what a run that is over billed, where a run that goes on would find what is due.
insert into run_due (payer_id, item_id, account_id, subscription_id, price_id, quantity, claim_no)
select distinct on (l.item_id)
    d.account_id as payer_id, l.item_id, l.account_id, i.subscription_id, i.price_id, i.quantity, l.claim_no - 1
from invoicing_invoice as d
inner join run_payer as known on known.payer_id = d.account_id
inner join invoicing_invoice_line as l on l.invoice_id = d.id
inner join subscriptions_item as i on i.id = l.item_id
where d.run_id = %(run_id)s and d.state = 'ISSUED'
order by l.item_id, l.claim_no
