-- step: keep_payers
-- owner: invoicing
-- reads: none
-- writes: invoicing_bill_run_payer
-- uses: run_digest, run_payer
-- why: what is approved later is this: totals and digest per payer. Who was held stays held when a run is prepared again.
insert into invoicing_bill_run_payer (
    run_id, payer_id, legal_entity_id, currency, line_count, net_minor, tax_minor, total_minor, digest, outcome,
    hold_reason, decided_by
)
select
    %(run_id)s as run_id,
    g.payer_id,
    p.legal_entity_id,
    p.currency,
    g.line_count,
    g.net_minor,
    g.tax_minor,
    g.total_minor,
    g.digest,
    'PREPARED' as outcome,
    '' as hold_reason,
    '' as decided_by
from run_digest as g
inner join run_payer as p on p.payer_id = g.payer_id
on conflict (run_id, payer_id) do update
set line_count = excluded.line_count,
    net_minor = excluded.net_minor,
    tax_minor = excluded.tax_minor,
    total_minor = excluded.total_minor,
    digest = excluded.digest
where invoicing_bill_run_payer.digest <> excluded.digest
