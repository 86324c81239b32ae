-- step: sum_by_month
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: revenue_head, revenue_month
-- why: the waterfall: per account and currency what is due at the end of the day (no month), and what each later month will
-- bring. The rows of an account sum to what is left of it.
with

ahead as (
    select
        h.ledger_account_id,
        h.currency,
        m.starts_on,
        m.net_minor - coalesce(
            lag(m.net_minor) over (partition by m.head_invoice_id, m.head_line_no order by m.starts_on), 0
        ) as net_minor
    from revenue_head as h
    inner join revenue_month as m
        on m.head_invoice_id = h.head_invoice_id and m.head_line_no = h.head_line_no
)

select
    ahead.ledger_account_id,
    ahead.currency,
    ahead.starts_on,
    sum(ahead.net_minor)::bigint as net_minor
from ahead
where ahead.starts_on > %(as_of)s
group by ahead.ledger_account_id, ahead.currency, ahead.starts_on
having sum(ahead.net_minor) <> 0
union all
select
    h.ledger_account_id,
    h.currency,
    null as starts_on,
    sum(h.due_minor)::bigint as net_minor
from revenue_head as h
group by h.ledger_account_id, h.currency
order by 1, 2, 3 nulls first
