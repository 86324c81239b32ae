-- step: coverage_by_hand
-- owner: reporting
-- reads: invoicing_invoice, invoicing_invoice_line, invoicing_coverage_reason, accounts_billing_account
-- writes: none
-- why: what no key can keep apart: a line by hand or of another system that says the same as another line of its account.
-- Same account, days of service and amount, and the same text or product; credited lines are left out on both sides (a bill
-- that replaces a credited one is no second), and what a person gave a reason for says it.
with

entered as (
    select
        l.invoice_id, l.line_no, l.account_id, l.text, l.product_code, l.service_from, l.service_to, l.net_minor,
        d.number, d.currency, d.legal_entity_id
    from invoicing_invoice_line as l
    inner join invoicing_invoice as d on d.id = l.invoice_id
    where d.state = 'ISSUED'
      and d.kind <> 'CREDIT_NOTE'
      and d.document_date <= %(as_of)s
      and l.kind in ('MANUAL', 'IMPORTED')
      and l.net_minor > 0
      and (%(account_ids)s::bigint[] is null or l.account_id = any(%(account_ids)s::bigint[]))
      and (%(since)s::date is null or l.service_to > %(since)s)
      and (%(entity_ids)s::bigint[] is null or d.legal_entity_id = any(%(entity_ids)s::bigint[]))
      and not exists (
          select 1
          from invoicing_invoice as n
          where n.corrects_id = d.id and n.state = 'ISSUED' and n.kind = 'CREDIT_NOTE'
      )
),

credited as (
    select l.credits_invoice_id as invoice_id, l.credits_line_no as line_no, sum(l.net_minor) as net_minor
    from invoicing_invoice_line as l
    inner join invoicing_invoice as d on d.id = l.invoice_id and d.state = 'ISSUED'
    where l.account_id in (select entered.account_id from entered)
      and l.credits_invoice_id is not null
      and d.document_date <= %(as_of)s
    group by l.credits_invoice_id, l.credits_line_no
),

other as (
    select l.invoice_id, l.line_no, l.account_id, l.text, l.product_code, l.service_from, l.service_to, l.net_minor,
        l.kind, d.number
    from invoicing_invoice_line as l
    inner join invoicing_invoice as d on d.id = l.invoice_id and d.state = 'ISSUED' and d.kind <> 'CREDIT_NOTE'
    left join credited as k on k.invoice_id = l.invoice_id and k.line_no = l.line_no
    where l.account_id in (select entered.account_id from entered)
      and d.document_date <= %(as_of)s
      and l.net_minor > 0
      and l.net_minor + coalesce(k.net_minor, 0) > 0
)

select
    entered.account_id,
    a.number as account,
    entered.number,
    entered.line_no,
    other.number as other_number,
    other.line_no as other_line_no,
    entered.text,
    entered.service_from,
    entered.service_to,
    entered.currency,
    entered.net_minor as value_minor,
    entered.invoice_id,
    coalesce((
        select r.reason
        from invoicing_coverage_reason as r
        where r.invoice_id = entered.invoice_id and r.line_no = entered.line_no
        order by r.id desc
        limit 1
    ), '') as reason
from entered
inner join other
    on other.account_id = entered.account_id
    and other.service_from = entered.service_from
    and other.service_to = entered.service_to
    and other.net_minor = entered.net_minor
    and (other.invoice_id, other.line_no) <> (entered.invoice_id, entered.line_no)
    and (other.kind not in ('MANUAL', 'IMPORTED') or other.invoice_id < entered.invoice_id)
    and (other.text = entered.text or (other.product_code = entered.product_code and entered.product_code <> ''))
inner join accounts_billing_account as a on a.id = entered.account_id
order by entered.account_id, entered.invoice_id, entered.line_no
