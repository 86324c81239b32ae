-- step: gather_lines
-- owner: invoicing
-- reads: invoicing_invoice_line
-- writes: none
-- uses: run_limited, run_limit, run_line
-- why: the lines of this run that a limit counts: those of its items that begin in its period, the corrections of such
-- lines, and the top-ups of the plans that it covers. The ranks go one after another, so that a plan counts what its
-- charges were topped up by.
insert into run_limited
select m.limit_no, l.line_id
from run_limit as m
inner join run_line as l
    on l.account_id = m.account_id
    and (
        l.item_id = any(m.item_ids)
        or (
            l.item_id is null
            and l.price_id = any(m.plan_minimums)
            and (m.subscription_id is null or l.subscription_id = m.subscription_id)
        )
    )
    and l.service_from >= m.period_from
    and l.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION')
left join lateral (
    select o.service_from
    from invoicing_invoice_line as o
    where l.kind = 'CORRECTION' and o.invoice_id = l.credits_invoice_id and o.line_no = l.credits_line_no
    offset 0
) as corrected on true
where m.rank = %(rank)s
  and m.turn = %(turn)s
  and coalesce(corrected.service_from, l.service_from) >= m.period_from
  and coalesce(corrected.service_from, l.service_from) < m.period_to
