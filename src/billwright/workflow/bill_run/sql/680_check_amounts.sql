-- step: check_amounts
-- owner: invoicing
-- reads: invoicing_invoice_line, invoicing_invoice_tax, receivables_open_item, ledger_posting
-- writes: none
-- uses: run_issue, run_installment, run_ledger
-- why: each document of this shard: its lines and their taxes = its tax rows = its receivable = its open items = what it will
-- say. Read before the numbers are taken, so that no other shard waits for it. Must find nothing.
with

line as (
    select l.invoice_id, sum(l.net_minor) as net_minor, sum(l.tax_minor) as tax_minor
    from invoicing_invoice_line as l
    where l.invoice_id >= (select min(i.invoice_id) from run_issue as i)
      and l.invoice_id <= (select max(i.invoice_id) from run_issue as i)
    group by l.invoice_id
),

tax as (
    select
        t.invoice_id,
        sum(case when t.withheld then 0 else t.tax_minor end) as tax_minor,
        sum(case when t.withheld then t.tax_minor else 0 end) as withheld_minor
    from invoicing_invoice_tax as t
    where t.invoice_id >= (select min(i.invoice_id) from run_issue as i)
      and t.invoice_id <= (select max(i.invoice_id) from run_issue as i)
    group by t.invoice_id
),

receivable as (
    select p.entry_id, sum(p.amount_minor) as amount_minor
    from ledger_posting as p
    inner join run_ledger as a on a.ledger_account_id = p.ledger_account_id and a.role = 'RECEIVABLES'
    where p.entry_id >= (select min(i.entry_id) from run_issue as i)
      and p.entry_id <= (select max(i.entry_id) from run_issue as i)
    group by p.entry_id
),

item as (
    select o.invoice_id, sum(o.amount_minor) as amount_minor
    from receivables_open_item as o
    where o.id >= (select min(i.open_item_id) from run_issue as i)
      and o.id <= greatest(
          (select max(i.open_item_id) from run_issue as i), (select max(t.open_item_id) from run_installment as t)
      )
    group by o.invoice_id
)

select i.invoice_id
from run_issue as i
left join line on line.invoice_id = i.invoice_id
left join tax on tax.invoice_id = i.invoice_id
left join receivable on receivable.entry_id = i.entry_id
left join item on item.invoice_id = i.invoice_id
where line.net_minor is distinct from i.net_minor
   or line.tax_minor is distinct from i.tax_minor
   or coalesce(tax.tax_minor, 0) <> i.tax_minor
   or coalesce(tax.withheld_minor, 0) <> i.withheld_minor
   or i.total_minor <> i.net_minor + i.tax_minor - i.withheld_minor
   or receivable.amount_minor is distinct from i.total_minor
   or item.amount_minor is distinct from i.total_minor
