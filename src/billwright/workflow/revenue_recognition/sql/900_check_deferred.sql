-- step: check_deferred
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line, invoicing_revenue_posting, invoicing_revenue_run, invoicing_revenue_schedule, ledger_account, ledger_posting, ledger_journal_entry
-- writes: none
-- why: deferred revenue reckoned from documents and recognitions, never from schedules, against the account in the ledger
-- as of a day; what people posted to it by hand stands beside.
with

movement as (
    select
        l.revenue_account_id as ledger_account_id,
        i.currency,
        l.net_minor as ours_minor,
        0 as by_hand_minor,
        0 as ledger_minor
    from invoicing_invoice_line as l
    inner join invoicing_invoice as i on i.id = l.invoice_id
    where l.deferred
      and i.state = 'ISSUED'
      and i.legal_entity_id = %(legal_entity_id)s
      and i.accounting_date <= %(as_of)s
    union all
    select
        s.ledger_account_id,
        s.currency,
        -p.recognized_minor as ours_minor,
        0 as by_hand_minor,
        0 as ledger_minor
    from invoicing_revenue_posting as p
    inner join invoicing_revenue_run as r on r.id = p.run_id
    inner join invoicing_revenue_schedule as s on s.invoice_id = p.invoice_id and s.line_no = p.line_no
    where r.legal_entity_id = %(legal_entity_id)s
      and r.accounting_date <= %(as_of)s
    union all
    select
        p.ledger_account_id,
        p.currency,
        0 as ours_minor,
        case when e.entry_key = 'manual' then -p.amount_minor else 0 end as by_hand_minor,
        -p.amount_minor as ledger_minor
    from ledger_account as a
    inner join ledger_posting as p on p.ledger_account_id = a.id
    inner join ledger_journal_entry as e on e.id = p.entry_id
    where a.legal_entity_id = %(legal_entity_id)s
      and a.role = 'DEFERRED_REVENUE'
      and e.accounting_date <= %(as_of)s
)

select
    m.ledger_account_id,
    m.currency,
    sum(m.ours_minor)::bigint as ours_minor,
    sum(m.by_hand_minor)::bigint as by_hand_minor,
    sum(m.ledger_minor)::bigint as ledger_minor
from movement as m
group by m.ledger_account_id, m.currency
order by m.ledger_account_id, m.currency
