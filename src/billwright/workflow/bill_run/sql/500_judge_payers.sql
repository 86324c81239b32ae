-- step: judge_payers
-- owner: invoicing
-- reads: invoicing_bill_run_payer, invoicing_bill_run_finding, invoicing_held_document
-- writes: none
-- uses: run_verdict, run_digest, run_finding
-- why: issued is what was approved and nothing else: not who is held by a person or a check, not who is blocked and not
-- cleared, not who has changed since.
with

blocked as (
    select distinct f.payer_id
    from run_finding as f
    where f.severity = 'BLOCK'
      and not exists (
          select 1
          from invoicing_bill_run_finding as k
          where k.run_id = %(run_id)s
            and k.payer_id = f.payer_id
            and k.code = f.code
            and k.cleared_at is not null
      )
),

held as (
    select distinct h.payer_id
    from invoicing_held_document as h
    where h.run_id = %(run_id)s
      and h.state = 'OPEN'
      and h.payer_id >= %(payer_from)s
      and h.payer_id < %(payer_before)s
),

approved as (
    select p.payer_id, p.digest, p.outcome
    from invoicing_bill_run_payer as p
    where p.run_id = %(run_id)s and p.payer_id >= %(payer_from)s and p.payer_id < %(payer_before)s
)

insert into run_verdict
select
    coalesce(g.payer_id, approved.payer_id) as payer_id,
    case
        when approved.outcome = 'HELD' then 'HELD'
        when approved.outcome = 'ISSUED' then 'DONE'
        when blocked.payer_id is not null or held.payer_id is not null then 'BLOCKED'
        when g.digest = approved.digest then 'ISSUED'
        else 'CHANGED'
    end as outcome
from run_digest as g
full join approved on approved.payer_id = g.payer_id
left join blocked on blocked.payer_id = coalesce(g.payer_id, approved.payer_id)
left join held on held.payer_id = coalesce(g.payer_id, approved.payer_id)
