-- step: list_sources
-- owner: receivables
-- reads: receivables_unallocated_cash, receivables_open_item, payments_refund_order
-- writes: none
-- uses: run_source, run_issue, run_own_credit
-- why: what a payer has with us, oldest first, laid end to end: unallocated cash and unapplied credit notes, those of
-- this run too; not what came after the documents' accounting day, nor what was asked back and has not left yet.
with

own as (
    select c.document_no, sum(c.amount_minor) as amount_minor
    from run_own_credit as c
    group by c.document_no
),

payer as (
    select i.payer_id, i.currency, max(i.accounting_date) as accounting_date
    from run_issue as i
    group by i.payer_id, i.currency
),

asked_back as (
    select r.cash_id, r.credit_item_id, sum(r.amount_minor) as amount_minor
    from payments_refund_order as r
    where r.state in ('REQUESTED', 'APPROVED')
    group by r.cash_id, r.credit_item_id
),

source as (
    select
        c.account_id as payer_id,
        c.id as cash_id,
        null::bigint as credit_item_id,
        c.value_date as day,
        c.open_minor - coalesce(a.amount_minor, 0) as open_minor
    from receivables_unallocated_cash as c
    inner join payer on payer.payer_id = c.account_id and payer.currency = c.currency
    left join asked_back as a on a.cash_id = c.id
    where c.account_id >= %(payer_from)s
      and c.account_id < %(payer_before)s
      and c.open_minor > 0
      and c.open_minor > coalesce(a.amount_minor, 0)
      and c.accounting_date <= payer.accounting_date
    union all
    select o.account_id, null, o.id, o.document_date, -o.open_minor - coalesce(a.amount_minor, 0)
    from receivables_open_item as o
    inner join payer on payer.payer_id = o.account_id and payer.currency = o.currency
    left join asked_back as a on a.credit_item_id = o.id
    where o.account_id >= %(payer_from)s
      and o.account_id < %(payer_before)s
      and o.open_minor < 0
      and -o.open_minor > coalesce(a.amount_minor, 0)
      and o.accounting_date <= payer.accounting_date
    union all
    select i.payer_id, null, i.open_item_id, %(document_date)s, -i.total_minor - coalesce(own.amount_minor, 0)
    from run_issue as i
    left join own on own.document_no = i.document_no
    where -i.total_minor > coalesce(own.amount_minor, 0)
)

insert into run_source
select
    source.payer_id,
    source.cash_id,
    source.credit_item_id,
    sum(source.open_minor) over oldest - source.open_minor as starts_at,
    sum(source.open_minor) over oldest as ends_at
from source
window oldest as (
    partition by source.payer_id
    order by source.day, source.cash_id, source.credit_item_id
    rows unbounded preceding
)
