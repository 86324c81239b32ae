-- step: total_drafts
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_draft_total
-- why: what both drafts come to, by currency, and over how many accounts.
select
    t.currency,
    coalesce(sum(t.total_minor) filter (where t.side = 'A'), 0)::bigint as first_minor,
    coalesce(sum(t.total_minor) filter (where t.side = 'B'), 0)::bigint as second_minor,
    count(distinct t.payer_id) as payer_count
from run_draft_total as t
group by t.currency
order by t.currency
