-- step: choose_accounts
-- owner: ledger
-- reads: none
-- writes: none
-- uses: run_post, run_issue, run_share, run_line, run_ledger
-- why: service beyond the posting month is deferred revenue from the first day on; the rest is revenue of its family.
insert into run_post
select
    l.line_id,
    i.invoice_id,
    i.entry_id,
    i.base_factor,
    a.ledger_account_id,
    l.service_to > i.month_ends_before as deferred
from run_issue as i
inner join run_share as s on s.document_no = i.document_no
inner join run_line as l on l.line_id = s.line_id
inner join run_ledger as a
    on a.legal_entity_id = i.legal_entity_id
    and a.family = l.family
    and a.role = case when l.service_to > i.month_ends_before then 'DEFERRED_REVENUE' else 'REVENUE' end
