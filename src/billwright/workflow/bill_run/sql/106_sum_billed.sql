-- step: sum_billed
-- owner: invoicing
-- reads: invoicing_invoice_line
-- writes: none
-- uses: run_billed, run_slice, run_late
-- why: what was billed before of the usage of the same period: by an interim bill, or before usage came late.
with

slice as (
    select s.slice_id, s.account_id, s.item_id, s.period_from, s.zero_lines, late.item_id is not null as is_late
    from run_slice as s
    left join run_late as late on late.item_id = s.item_id and late.period_from = s.period_from
    where s.kind = 'USAGE' and s.claim_no > 1
)

insert into run_billed
select
    slice.slice_id,
    coalesce(billed.amount_minor, 0) as amount_minor,
    slice.is_late or slice.zero_lines = 'drop' as drops_zero
from slice
cross join lateral (
    select sum(l.amount_minor) as amount_minor
    from invoicing_invoice_line as l
    where l.account_id = slice.account_id
      and l.item_id = slice.item_id
      and l.kind = 'USAGE'
      and l.period_from = slice.period_from
    offset 0
) as billed
where slice.is_late or billed.amount_minor is not null
