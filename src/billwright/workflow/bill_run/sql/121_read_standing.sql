-- step: read_standing
-- owner: invoicing
-- reads: invoicing_invoice_line
-- writes: none
-- uses: run_standing, run_limit
-- needs: run_limit
-- why: what stands on documents of the period of a limit: lines of its items, corrections where the line stands that they
-- correct, top-ups of the plans that it covers, and what it was topped up by before, of a commitment by its own lines. It
-- counts before its discounts or after them.
insert into run_standing
select
    m.limit_no,
    b.invoice_id,
    b.line_no,
    b.kind,
    b.tax_code,
    b.tax_percent,
    case
        when m.turn = 'after_limits' then coalesce(b.gross_minor, b.amount_minor)
        else coalesce(b.gross_minor - b.gross_discount_minor, b.net_minor)
    end as counted_minor,
    coalesce(b.gross_minor, b.amount_minor) as amount_minor,
    case m.rank
        when 1 then b.kind = 'MINIMUM'
        when 2 then b.kind = 'MINIMUM' and b.item_id is null
        else b.kind = 'COMMITMENT'
    end as is_top_up
from run_limit as m
cross join lateral (
    select l.*
    from invoicing_invoice_line as l
    left join invoicing_invoice_line as corrected
        on l.kind = 'CORRECTION'
        and corrected.invoice_id = l.credits_invoice_id
        and corrected.line_no = l.credits_line_no
    where l.account_id = m.account_id
      and l.service_from >= m.period_from
      and coalesce(corrected.service_from, l.service_from) >= m.period_from
      and coalesce(corrected.service_from, l.service_from) < m.period_to
      and (
          (l.item_id = any(m.item_ids) and l.kind in ('RECURRING', 'USAGE', 'MINIMUM', 'CORRECTION'))
          or (
              l.kind = 'MINIMUM'
              and l.item_id is null
              and l.price_id = any(m.plan_minimums)
              and (m.subscription_id is null or l.subscription_id = m.subscription_id)
          )
          or (l.kind = 'COMMITMENT' and l.spend_limit_id = m.agreement_id)
      )
    offset 0
) as b
