-- step: check_numbers
-- owner: org
-- reads: invoicing_invoice, org_document_series
-- writes: none
-- uses: run_issue, run_number
-- why: the numbers that a series gave in this transaction are on documents, one each, without a gap. Must find nothing.
with

used as (
    select d.series_id, count(*) as document_count, min(d.series_no) as first_no, max(d.series_no) as last_no
    from invoicing_invoice as d
    where d.id >= (select min(i.invoice_id) from run_issue as i)
      and d.id <= (select max(i.invoice_id) from run_issue as i)
      and d.id in (select i.invoice_id from run_issue as i)
    group by d.series_id
)

select n.series_id
from run_number as n
inner join org_document_series as s on s.id = n.series_id
left join used on used.series_id = n.series_id
where used.first_no is distinct from n.first_no
   or used.last_no is distinct from s.next_no - 1
   or used.document_count is distinct from s.next_no - n.first_no
