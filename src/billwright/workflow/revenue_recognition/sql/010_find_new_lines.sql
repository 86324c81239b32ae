-- step: find_new_lines
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line, invoicing_revenue_schedule, ledger_posting
-- writes: none
-- uses: revenue_line
-- why: deferred lines of issued documents that no schedule holds yet, each with its share of what its document posted in
-- base currency; the last line of an account takes what rounding leaves, so that the shares are the posting. A line that
-- credits a deferred line of the same account joins it: what is credited is no longer recognized.
with

fresh as materialized (
    -- Told apart before their documents and postings are looked up one by one: all but the newest have a schedule, which
    -- the planner does not know, and it would read all documents and postings there are.
    select
        l.invoice_id,
        l.line_no,
        l.revenue_account_id,
        l.service_from,
        l.service_to,
        l.net_minor,
        l.credits_invoice_id,
        l.credits_line_no
    from invoicing_invoice_line as l
    where l.deferred
      and not exists (
          select 1
          from invoicing_revenue_schedule as s
          where s.invoice_id = l.invoice_id and s.line_no = l.line_no
      )
),

found as (
    select
        i.entry_id,
        i.legal_entity_id,
        i.currency,
        i.accounting_date,
        l.invoice_id,
        l.line_no,
        l.revenue_account_id as ledger_account_id,
        l.service_from,
        greatest(l.service_to, l.service_from + 1) as ends_before,
        l.net_minor,
        l.credits_invoice_id,
        l.credits_line_no
    from fresh as l
    cross join lateral (
        select
            document.entry_id,
            document.legal_entity_id,
            document.currency,
            document.accounting_date
        from invoicing_invoice as document
        where document.id = l.invoice_id
          and document.state = 'ISSUED'
          and document.legal_entity_id = %(legal_entity_id)s
          and document.accounting_date <= %(as_of)s
        offset 0
    ) as i
),

booked as (
    select
        wanted.entry_id,
        wanted.ledger_account_id,
        posted.amount_minor,
        posted.base_minor
    from (select distinct found.entry_id, found.ledger_account_id from found) as wanted
    cross join lateral (
        select
            -sum(p.amount_minor) as amount_minor,
            -sum(p.base_minor) as base_minor
        from ledger_posting as p
        where p.entry_id = wanted.entry_id and p.ledger_account_id = wanted.ledger_account_id
    ) as posted
),

running as (
    select
        found.*,
        booked.amount_minor,
        booked.base_minor,
        sum(found.net_minor) over (
            partition by found.entry_id, found.ledger_account_id order by found.line_no
        ) as net_so_far,
        row_number() over (
            partition by found.entry_id, found.ledger_account_id order by found.line_no desc
        ) as place_from_last
    from found
    inner join booked on booked.entry_id = found.entry_id and booked.ledger_account_id = found.ledger_account_id
),

based as (
    select
        running.*,
        case
            when running.place_from_last = 1 then running.base_minor
            when running.amount_minor = 0 then 0
            else round(running.base_minor * running.net_so_far / running.amount_minor)
        end as base_so_far
    from running
)

insert into revenue_line
select
    coalesce(head.invoice_id, based.invoice_id) as head_invoice_id,
    coalesce(head.line_no, based.line_no) as head_line_no,
    based.invoice_id,
    based.line_no,
    based.legal_entity_id,
    based.ledger_account_id,
    based.currency,
    based.service_from,
    based.ends_before,
    based.net_minor,
    based.base_so_far - coalesce(
        lag(based.base_so_far) over (
            partition by based.entry_id, based.ledger_account_id order by based.line_no
        ),
        0
    ) as base_minor,
    based.accounting_date,
    true as is_new
from based
left join invoicing_invoice_line as head
    on head.invoice_id = based.credits_invoice_id
    and head.line_no = based.credits_line_no
    and head.deferred
    and head.revenue_account_id = based.ledger_account_id
