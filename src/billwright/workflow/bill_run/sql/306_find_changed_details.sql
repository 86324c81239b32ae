-- step: find_changed_details
-- owner: invoicing
-- reads: accounts_customer, kernel_audit_event, subscriptions_billing_mark, subscriptions_item
-- writes: none
-- uses: run_finding, run_check, run_digest, run_payer, run_due
-- needs: run_digest
-- why: what a company may want looked at that most do not: an organization without a tax number, who pays otherwise or is
-- asked to pay elsewhere since a few days, and what is billed for the first time. Where no company asks, nothing is read.
with

business as (
    select
        g.payer_id, k.code, k.severity, jsonb_build_object('treatment', p.tax_treatment) as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join accounts_customer as c on c.id = p.customer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'business_no_tax_number' and k.severity <> 'OFF'
    where g.line_count > 0
      and c.kind = 'ORGANIZATION'
      and c.tax_number = ''
      and (select count(*) from run_check as r where r.code = 'business_no_tax_number' and r.severity <> 'OFF') > 0
),

changed as (
    select
        e.subject,
        e.verb,
        max(e.recorded_at)::date as changed_on,
        min(e.id) as event_id
    from kernel_audit_event as e
    where e.verb in ('account.update', 'legal_entity.add_bank_account')
      and e.recorded_at >= %(day_min)s::date - (
          select max(r.days) from run_check as r where r.code = 'bank_changed' and r.severity <> 'OFF'
      )
      and e.recorded_at < %(day_max)s::date + 1
      and (
          (e.verb = 'account.update' and e.before ->> 'payment_method' <> '' and e.after ? 'payment_method')
          or (
              e.verb = 'legal_entity.add_bank_account'
              and exists (
                  select 1
                  from kernel_audit_event as b
                  where b.subject = e.subject and b.verb = e.verb and b.id < e.id
                    and b.after ->> 'currency' = e.after ->> 'currency'
              )
          )
      )
    group by e.subject, e.verb
),

bank as (
    select
        g.payer_id, k.code, k.severity,
        jsonb_build_object(
            'changed_on', max(changed.changed_on), 'ours', bool_or(changed.verb = 'legal_entity.add_bank_account')
        ) as facts
    from run_digest as g
    inner join run_payer as p on p.payer_id = g.payer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'bank_changed' and k.severity <> 'OFF'
    inner join changed
        on changed.subject in ('account:' || g.payer_id, 'legal_entity:' || p.legal_entity_id)
        and changed.changed_on >= %(day_min)s::date - k.days
    where g.line_count > 0
    group by g.payer_id, k.code, k.severity
),

begun as (
    select d.payer_id, d.subscription_id, min(d.item_id) as item_id
    from run_due as d
    where (select count(*) from run_check as r where r.code = 'first_of_contract' and r.severity <> 'OFF') > 0
    group by d.payer_id, d.subscription_id
    having max(d.claim_no) = 0
),

first_of_contract as (
    select begun.payer_id, k.code, k.severity, jsonb_build_object('subscriptions', count(*)) as facts
    from begun
    inner join run_digest as g on g.payer_id = begun.payer_id and g.line_count > 0
    inner join run_payer as p on p.payer_id = begun.payer_id
    inner join run_check as k
        on k.legal_entity_id = p.legal_entity_id and k.code = 'first_of_contract' and k.severity <> 'OFF'
    where begun.subscription_id not in (
        select i.subscription_id
        from subscriptions_item as i
        inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
        where i.payer_id >= %(payer_from)s
          and i.payer_id < %(payer_before)s
          and m.payer_id >= %(payer_from)s
          and m.payer_id < %(payer_before)s
          and m.claim_no > 0
          and m.run_id is distinct from %(run_id)s
    )
    group by begun.payer_id, k.code, k.severity
),

found as (
    select business.* from business
    union all
    select bank.* from bank
    union all
    select first_of_contract.* from first_of_contract
)

insert into run_finding
select found.payer_id, null as item_id, found.code, found.severity, found.facts
from found
