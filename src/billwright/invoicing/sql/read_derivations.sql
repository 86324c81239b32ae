-- step: read_derivations
-- owner: invoicing
-- reads: subscriptions_item, subscriptions_subscription, subscriptions_contract, subscriptions_contract_version, subscriptions_contract_clause, invoicing_invoice, invoicing_invoice_line, invoicing_line_part, invoicing_line_discount, invoicing_invoice_tax, invoicing_document_seal, catalog_price, catalog_price_tier, catalog_plan_charge, catalog_plan, accounts_billing_account, rating_pending_charge, rating_rated_record, ledger_journal_entry, ledger_posting, org_currency, org_convention
-- writes: none
-- why: everything a document's amounts follow from, as stored, one JSON object a document: what the explanation shows
-- and what the independent evaluator recomputes. Nothing in it is computed here but the sum of earlier credits.
with

document as (
    select i.*
    from invoicing_invoice as i
    where i.id > %(after_id)s
      and i.state = 'ISSUED'
      and (%(invoice_ids)s::bigint[] is null or i.id = any(%(invoice_ids)s::bigint[]))
      and (%(run_id)s::bigint is null or i.run_id = %(run_id)s::bigint)
    order by i.id
    limit %(limit)s
),

line as (
    select
        l.invoice_id,
        jsonb_agg(
            to_jsonb(l) || jsonb_build_object(
                'minor_units', currency.exponent,
                'parts', coalesce((
                    select jsonb_agg(to_jsonb(p) order by p.part_no)
                    from invoicing_line_part as p
                    where p.invoice_id = l.invoice_id and p.line_no = l.line_no
                ), '[]'),
                'discounts', coalesce((
                    select jsonb_agg(to_jsonb(d) order by d.place)
                    from invoicing_line_discount as d
                    where d.invoice_id = l.invoice_id and d.line_no = l.line_no
                ), '[]'),
                'price', (
                    select
                        to_jsonb(p) || jsonb_build_object('tiers', coalesce((
                            select jsonb_agg(to_jsonb(t) order by t.tier_no)
                            from catalog_price_tier as t
                            where t.price_id = p.id
                        ), '[]'))
                    from catalog_price as p
                    where p.id = l.price_id
                ),
                'item', (
                    select jsonb_build_object(
                        'subscription_id', s.id,
                        'subscription', s.number,
                        'charge', charge.code,
                        'charge_name', charge.name,
                        'meter', charge.meter,
                        'model', charge.model,
                        'timezone', account.timezone,
                        'free_until', i.free_until,
                        'contract_id', s.contract_id
                    )
                    from subscriptions_item as i
                    inner join subscriptions_subscription as s on s.id = i.subscription_id
                    inner join catalog_plan_charge as charge on charge.id = i.plan_charge_id
                    inner join accounts_billing_account as account on account.id = i.account_id
                    where i.id = l.item_id
                ),
                'agreed', (
                    select jsonb_build_object(
                        'contract', contract.number,
                        'version', wording.version_no,
                        'number', clause.number,
                        'text', clause.text,
                        'parameter', clause.parameter,
                        'value', clause.value
                    )
                    from subscriptions_item as i
                    inner join subscriptions_subscription as s on s.id = i.subscription_id
                    inner join subscriptions_contract as contract on contract.id = s.contract_id
                    inner join subscriptions_contract_version as wording on wording.contract_id = contract.id
                    inner join subscriptions_contract_clause as clause on clause.contract_version_id = wording.id
                    where l.clause <> ''
                      and i.id = l.item_id
                      and left(contract.number || ' v' || wording.version_no || ' §' || clause.number, 80) = l.clause
                    order by wording.version_no desc
                    limit 1
                ),
                'records', case when l.formula in (11, 12) then coalesce((
                    select jsonb_agg(
                        jsonb_build_object(
                            'record_id', r.record_id,
                            'billed_quantity', r.billed_quantity,
                            'amount', r.amount,
                            'is_rated', r.is_rated,
                            'prefix', r.prefix,
                            'parts', r.parts
                        )
                        order by r.record_id
                    )
                    from rating_rated_record as r
                    where r.item_id = l.item_id and r.claim_no = l.claim_no
                ), '[]') end,
                'billed_before', (
                    select coalesce(sum(b.amount_minor), 0)
                    from invoicing_invoice_line as b
                    inner join invoicing_invoice as n on n.id = b.invoice_id and n.state = 'ISSUED'
                    where l.formula = 12
                      and b.account_id = l.account_id
                      and b.item_id = l.item_id
                      and b.kind = 'USAGE'
                      and b.period_from = l.period_from
                      and (n.issued_at, b.invoice_id) < (document.issued_at, l.invoice_id)
                ),
                'credit_cap', (
                    select coalesce(
                        charge.conventions ->> 'credit_cap',
                        plan.conventions ->> 'credit_cap',
                        account.conventions ->> 'credit_cap',
                        (
                            select v.value
                            from org_convention as v
                            where v.legal_entity_id = document.legal_entity_id
                              and v.option = 'credit_cap'
                              and v.valid_from <= document.document_date
                            order by v.valid_from desc
                            limit 1
                        ),
                        'line_amount'
                    )
                    from accounts_billing_account as account
                    left join catalog_price as price on price.id = l.price_id
                    left join catalog_plan_charge as charge on charge.id = price.plan_charge_id
                    left join catalog_plan as plan on plan.id = charge.plan_id
                    where l.formula in (7, 16) and account.id = l.account_id
                ),
                'entered', (
                    select jsonb_build_object('amount_minor', c.amount_minor)
                    from rating_pending_charge as c
                    where c.id = l.charge_id
                ),
                'original', (
                    select
                        to_jsonb(o) || jsonb_build_object(
                            'earlier_amount_minor', earlier.amount_minor,
                            'earlier_discount_minor', earlier.discount_minor,
                            'earlier_days', earlier.days,
                            'parts', coalesce((
                                select jsonb_agg(to_jsonb(p) order by p.part_no)
                                from invoicing_line_part as p
                                where p.invoice_id = o.invoice_id and p.line_no = o.line_no
                            ), '[]'),
                            'price', (select to_jsonb(p) from catalog_price as p where p.id = o.price_id)
                        )
                    from invoicing_invoice_line as o
                    cross join lateral (
                        select
                            coalesce(sum(e.amount_minor), 0) as amount_minor,
                            coalesce(sum(e.discount_minor), 0) as discount_minor,
                            coalesce(sum(e.days), 0) as days
                        from (
                            select c.invoice_id, c.line_no, c.amount_minor, c.discount_minor, c.days
                            from invoicing_invoice_line as c
                            where o.item_id is not null
                              and c.account_id = o.account_id
                              and c.item_id = o.item_id
                              and c.kind = 'CORRECTION'
                              and c.credits_invoice_id = o.invoice_id
                              and c.credits_line_no = o.line_no
                            union all
                            select c.invoice_id, c.line_no, c.amount_minor, c.discount_minor, 0 as days
                            from invoicing_invoice as n
                            inner join invoicing_invoice_line as c on c.invoice_id = n.id
                            where n.corrects_id = o.invoice_id
                              and c.credits_line_no = o.line_no
                              and c.item_id is null
                        ) as e
                        inner join invoicing_invoice as n on n.id = e.invoice_id and n.state = 'ISSUED'  -- noqa: AL04
                        where (n.issued_at, e.invoice_id, e.line_no) < (document.issued_at, l.invoice_id, l.line_no)
                    ) as earlier
                    where o.invoice_id = l.credits_invoice_id and o.line_no = l.credits_line_no
                )
            )
            order by l.line_no
        ) as lines
    from document
    inner join invoicing_invoice_line as l on l.invoice_id = document.id
    inner join org_currency as currency on currency.code = document.currency
    group by l.invoice_id
)

select
    document.id,
    jsonb_build_object(
        'document', to_jsonb(document) - 'text' || jsonb_build_object('minor_units', currency.exponent),
        'lines', coalesce(line.lines, '[]'),
        'taxes', coalesce((
            select jsonb_agg(to_jsonb(t) order by t.tax_code, t.component)
            from invoicing_invoice_tax as t
            where t.invoice_id = document.id
        ), '[]'),
        'corrected', case when document.corrects_id is not null then jsonb_build_object(
            'taxes', coalesce((
                select jsonb_agg(to_jsonb(t) order by t.tax_code, t.component)
                from invoicing_invoice_tax as t
                where t.invoice_id = document.corrects_id
            ), '[]'),
            'earlier', coalesce((
                select jsonb_agg(to_jsonb(t) order by t.invoice_id, t.tax_code, t.component)
                from invoicing_invoice as n
                inner join invoicing_invoice_tax as t on t.invoice_id = n.id
                where n.corrects_id = document.corrects_id
                  and n.state = 'ISSUED'
                  and n.kind = 'CREDIT_NOTE'
                  and (n.issued_at, n.id) < (document.issued_at, document.id)
            ), '[]')
        ) end,
        'entry', (
            select to_jsonb(e) || jsonb_build_object('postings', coalesce((
                select jsonb_agg(to_jsonb(p) order by p.line_no)
                from ledger_posting as p
                where p.entry_id = e.id
            ), '[]'))
            from ledger_journal_entry as e
            where e.id = document.entry_id
        ),
        'seal', (
            select jsonb_build_object('version', s.version, 'digest', encode(s.digest, 'hex'))
            from invoicing_document_seal as s
            where s.invoice_id = document.id
        )
    )::text as derivation
from document
inner join org_currency as currency on currency.code = document.currency
left join line on line.invoice_id = document.id
order by document.id
