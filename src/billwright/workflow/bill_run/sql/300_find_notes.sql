-- step: find_notes
-- owner: invoicing
-- reads: invoicing_invoice, rating_pending_charge
-- writes: none
-- uses: run_finding, run_check, run_line, run_document, run_digest, run_due, run_hold, run_account, run_payer
-- why: what a person should look at before approving; none of it keeps a payer out.
with

credited as (
    -- Of an item, or of one at its price on whose lines it rests.
    select l.account_id, l.price_id
    from run_line as l
    where l.kind = 'CORRECTION'
    group by l.account_id, l.price_id
),

found as (
    select
        d.payer_id, null::bigint as item_id, k.code, k.severity,
        jsonb_build_object('total_minor', d.total_minor) as facts
    from run_document as d
    inner join run_payer as p on p.payer_id = d.payer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'negative_total' and k.severity <> 'OFF'
    where d.total_minor < 0
    union all
    select d.payer_id, null, k.code, k.severity, jsonb_build_object('lines', d.line_count)
    from run_document as d
    inner join run_payer as p on p.payer_id = d.payer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'zero_total' and k.severity <> 'OFF'
    where d.total_minor = 0
    union all
    select g.payer_id, null, k.code, k.severity, jsonb_build_object('total_minor', g.total_minor)
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'first_invoice' and k.severity <> 'OFF'
    where g.line_count > 0
      and (
          select i.id
          from invoicing_invoice as i
          where i.account_id = g.payer_id and i.run_id is distinct from %(run_id)s
          limit 1
      ) is null
    union all
    select d.payer_id, d.item_id, 'nothing_to_credit', 'WARNING',
        jsonb_build_object('from', d.horizon, 'to', d.billed_through)
    from run_due as d
    left join credited on credited.account_id = d.account_id and credited.price_id = d.price_id
    where d.horizon < d.billed_through and credited.price_id is null
    union all
    select h.account_id, null, 'hold', 'WARNING',
        jsonb_build_object('hold', h.hold_id, 'subscription', h.subscription_id)
    from run_hold as h
    inner join run_payer as p on p.payer_id = h.account_id
    union all
    select c.payer_id, null, 'other_currency', 'WARNING', jsonb_build_object('charge', c.id, 'currency', c.currency)
    from rating_pending_charge as c
    inner join run_payer as p on p.payer_id = c.payer_id
    where c.state = 'READY'
      and c.payer_id >= %(payer_from)s
      and c.payer_id < %(payer_before)s
      and c.currency <> p.currency
)

insert into run_finding
select found.payer_id, found.item_id, found.code, found.severity, found.facts
from found
