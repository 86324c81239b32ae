-- step: find_renewals
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_renewal, run_line, run_share, run_price
-- why: documents that bill nothing but renewals, whose plans let them be due on the renewal itself: the first day of the
-- earliest, if that is still to come. With anything else on it the terms of payment hold.
with

at_renewal as (
    select p.price_id from run_price as p where p.ahead_days > 0 and p.due_on_renewal
),

chosen as (
    select distinct s.document_no
    from run_line as l
    inner join at_renewal as a on a.price_id = l.price_id
    inner join run_share as s on s.line_id = l.line_id
    where l.kind = 'RECURRING' and l.service_from > %(document_date)s
)

insert into run_renewal
select c.document_no, min(l.service_from) as renews_on
from chosen as c
inner join run_share as s on s.document_no = c.document_no
inner join run_line as l on l.line_id = s.line_id
left join at_renewal as a on a.price_id = l.price_id
group by c.document_no
having bool_and(l.kind = 'RECURRING' and a.price_id is not null and l.service_from > %(document_date)s)
