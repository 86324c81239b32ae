-- step: add_payers
-- owner: invoicing
-- reads: invoicing_bill_run_payer
-- writes: invoicing_bill_run_payer
-- uses: run_verdict, run_digest, run_payer
-- why: a payer that was not there when the run was approved is not issued either, and is named.
insert into invoicing_bill_run_payer (
    run_id, payer_id, legal_entity_id, currency, line_count, net_minor, tax_minor, total_minor, digest, outcome,
    hold_reason, decided_by
)
select
    %(run_id)s as run_id,
    v.payer_id,
    p.legal_entity_id,
    p.currency,
    coalesce(g.line_count, 0) as line_count,
    coalesce(g.net_minor, 0) as net_minor,
    coalesce(g.tax_minor, 0) as tax_minor,
    coalesce(g.total_minor, 0) as total_minor,
    coalesce(g.digest, md5('')::uuid) as digest,
    v.outcome,
    '' as hold_reason,
    '' as decided_by
from run_verdict as v
inner join run_payer as p on p.payer_id = v.payer_id
left join run_digest as g on g.payer_id = v.payer_id
where v.outcome not in ('HELD', 'DONE')
  and not exists (
      select 1
      from invoicing_bill_run_payer as k
      where k.run_id = %(run_id)s
        and k.payer_id = v.payer_id
        and k.payer_id >= %(payer_from)s
        and k.payer_id < %(payer_before)s
  )
