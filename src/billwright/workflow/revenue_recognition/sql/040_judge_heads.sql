-- step: judge_heads
-- owner: invoicing
-- reads: invoicing_revenue_posting, invoicing_revenue_run
-- writes: none
-- uses: revenue_head, revenue_line, revenue_month
-- why: what is due of each head at the end of the day: what is to be recognized by then less what was. A month that was
-- not run, or a credit of months already recognized, is made good here; what was recognized is not due again.
with

head as (
    select
        l.head_invoice_id,
        l.head_line_no,
        min(l.ledger_account_id) as ledger_account_id,
        min(l.currency) as currency,
        sum(l.net_minor) as net_minor,
        sum(l.base_minor) as base_minor
    from revenue_line as l
    group by l.head_invoice_id, l.head_line_no
),

done as (
    select
        p.invoice_id,
        p.line_no,
        sum(p.recognized_minor) as net_minor,
        sum(p.base_minor) as base_minor
    from invoicing_revenue_posting as p
    inner join head on head.head_invoice_id = p.invoice_id and head.head_line_no = p.line_no
    inner join invoicing_revenue_run as r on r.id = p.run_id
    where r.accounting_date <= %(as_of)s
    group by p.invoice_id, p.line_no
),

target as (
    select distinct on (m.head_invoice_id, m.head_line_no)
        m.head_invoice_id,
        m.head_line_no,
        m.net_minor,
        m.base_minor
    from revenue_month as m
    where m.starts_on <= %(as_of)s
    order by m.head_invoice_id, m.head_line_no, m.starts_on desc
)

insert into revenue_head
select
    head.head_invoice_id,
    head.head_line_no,
    head.ledger_account_id,
    head.currency,
    head.net_minor,
    head.base_minor,
    coalesce(done.net_minor, 0) as done_minor,
    coalesce(done.base_minor, 0) as done_base_minor,
    coalesce(target.net_minor, 0) - coalesce(done.net_minor, 0) as due_minor,
    coalesce(target.base_minor, 0) - coalesce(done.base_minor, 0) as due_base_minor
from head
left join done on done.invoice_id = head.head_invoice_id and done.line_no = head.head_line_no
left join target on target.head_invoice_id = head.head_invoice_id and target.head_line_no = head.head_line_no
where head.net_minor <> coalesce(done.net_minor, 0)
   or head.base_minor <> coalesce(done.base_minor, 0)
   or exists (
       select 1
       from revenue_line as l
       where l.is_new and l.head_invoice_id = head.head_invoice_id and l.head_line_no = head.head_line_no
   )
