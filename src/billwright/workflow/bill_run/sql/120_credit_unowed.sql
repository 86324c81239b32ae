-- step: credit_unowed
-- owner: invoicing
-- reads: invoicing_invoice, invoicing_invoice_line, invoicing_line_part, catalog_price, receivables_open_item, receivables_allocation, subscriptions_subscription, subscriptions_item, subscriptions_billing_mark
-- writes: none
-- uses: run_line, run_unowed, run_due, run_payer, run_account, run_entity, run_currency, run_price, run_tax
-- needs: run_unowed
-- why: what was billed beyond an item's end is credited once per original line, net of all that happened since the last
-- run: a service that was paused and resumed, or a change that was changed back, left days out, and items that go on at
-- the same price and quantity rest on the lines of the first, up to where their marks stand. Its price by the days no
-- longer owed over the days that the original divided by, rounded for all days credited by now less what that came to
-- before (formula 16), so that however many credits of a line are off by one rounding together; the rest to the last
-- share, never more than is left of it or, by the convention credit_cap = paid_amount, was paid on it. Its discount is
-- shared by days in the same way. A rate that has changed since, and accounts whose convention says so, get a credit note
-- of its own to the document it corrects. Where nothing is prorated (day_count = none), only whole lines are credited.
with

ended as (
    select
        d.*,
        price.product_code,
        price.family,
        account.timezone,
        currency.scale,
        coalesce(price.credit_cap, account.credit_cap, entity.credit_cap) as credit_cap,
        case
            when coalesce(price.day_count, account.day_count, entity.day_count) in ('fixed_30', 'fixed_28')
                and price.interval_unit <> 'MONTH' then 'actual'
            else coalesce(price.day_count, account.day_count, entity.day_count)
        end as day_count
    from run_unowed as unowed
    inner join run_due as d on d.item_id = unowed.item_id
    inner join run_payer as payer on payer.payer_id = d.payer_id
    inner join run_entity as entity on entity.legal_entity_id = payer.legal_entity_id
    inner join run_account as account on account.account_id = d.account_id
    inner join run_price as price on price.price_id = d.price_id
    inner join run_currency as currency
        on currency.legal_entity_id = payer.legal_entity_id and currency.currency = payer.currency
),

alike as (
    -- The items that may rest on the same lines: of one price, quantity and share, for one payer.
    select ended.item_id as ended_id, item.*
    from ended
    cross join lateral (
        select
            i.id as item_id,
            i.effective_from,
            i.from_seconds,
            i.to_seconds,
            coalesce(i.effective_to, 'infinity') as effective_to,
            m.billed_through,
            m.claim_no
        from subscriptions_item as i
        inner join subscriptions_billing_mark as m on m.payer_id = i.payer_id and m.item_id = i.id
        where i.account_id = ended.account_id
          and (
              i.id = ended.item_id
              or (
                  i.payer_id = ended.payer_id
                  and i.subscription_id = ended.subscription_id
                  and i.price_id = ended.price_id
                  and i.grid_id = ended.grid_id
                  and i.quantity = ended.quantity
                  and i.share_percent = ended.share_percent
              )
          )
        offset 0
    ) as item
),

kin as (
    select
        alike.ended_id,
        min(alike.item_id) as kin_id,
        sum(alike.claim_no) as moved_count,
        array_agg(alike.item_id) as item_ids,
        bool_or(alike.to_seconds > 0 and alike.effective_to = alike.billed_through) as ends_within_a_day,
        range_agg(daterange(alike.effective_to, alike.billed_through)) filter (
            where alike.effective_to < alike.billed_through
        ) as left_days
    from alike
    group by alike.ended_id
),

gone as (
    -- One of them stands for all: what they no longer owe is credited once.
    select distinct on (kin.kin_id)
        ended.*,
        kin.kin_id,
        kin.moved_count,
        kin.item_ids,
        kin.ends_within_a_day,
        coalesce(kin.left_days, '{}'::datemultirange) as left_days
    from ended
    inner join kin on kin.ended_id = ended.item_id
    order by kin.kin_id, ended.item_id
),

billed as (
    select
        gone.payer_id,
        gone.kin_id,
        gone.item_id as ended_id,
        gone.moved_count,
        gone.ends_within_a_day,
        gone.left_days,
        gone.product_code as item_product_code,
        gone.family,
        gone.timezone,
        gone.scale,
        gone.credit_cap,
        gone.day_count,
        gone.subscription_id as ended_subscription_id,
        gone.free_until,
        line.*
    from gone
    cross join lateral (
        -- Amounts as they were priced: with tax where prices include it.
        select
            l.invoice_id, l.line_no, l.account_id, l.item_id, l.kind, l.text, l.service_from, l.service_to, l.price_id,
            l.formula, l.quantity, l.billed_quantity, l.unit_price, l.days, l.base_days, l.period_from, l.period_to,
            l.share_percent, l.rounding, l.tax_code, l.tax_percent, l.clause, l.credits_invoice_id, l.credits_line_no,
            l.gross_minor is not null as includes_tax,
            coalesce(l.gross_minor, l.amount_minor) as amount_minor,
            coalesce(l.gross_discount_minor, l.discount_minor) as discount_minor,
            coalesce(l.gross_minor - l.gross_discount_minor, l.net_minor) as net_minor
        from invoicing_invoice_line as l
        where l.account_id = gone.account_id and l.item_id = any(gone.item_ids)
        offset 0
    ) as line
),

credited as (
    select
        billed.credits_invoice_id,
        billed.credits_line_no,
        sum(billed.days) as days,
        sum(billed.amount_minor) as amount_minor,
        sum(billed.discount_minor) as discount_minor
    from billed
    where billed.kind = 'CORRECTION'
    group by billed.credits_invoice_id, billed.credits_line_no
),

again as (
    -- Days that were credited and billed again rest on the later line.
    select
        billed.invoice_id,
        billed.line_no,
        range_agg(daterange(later.service_from, later.service_to)) as days
    from billed
    inner join credited
        on credited.credits_invoice_id = billed.invoice_id and credited.credits_line_no = billed.line_no
    inner join billed as later
        on later.kin_id = billed.kin_id
        and later.kind = 'RECURRING'
        and (later.invoice_id, later.line_no) > (billed.invoice_id, billed.line_no)
        and later.service_from < billed.service_to
        and later.service_to > billed.service_from
    where billed.kind = 'RECURRING'
    group by billed.invoice_id, billed.line_no
),

original as (
    select
        billed.*,
        daterange(
            least(greatest(billed.service_from, coalesce(billed.free_until, billed.service_from)), billed.service_to),
            billed.service_to
        ) as paid_days,
        coalesce(again.days, '{}'::datemultirange) as days_again,
        coalesce(credited.days, 0) as credited_days,
        coalesce(credited.amount_minor, 0) + by_hand.amount_minor as credited_amount,
        coalesce(credited.discount_minor, 0) + by_hand.discount_minor as credited_discount
    from billed
    left join credited
        on credited.credits_invoice_id = billed.invoice_id and credited.credits_line_no = billed.line_no
    left join again on again.invoice_id = billed.invoice_id and again.line_no = billed.line_no
    cross join lateral (
        select
            coalesce(sum(coalesce(l.gross_minor, l.amount_minor)), 0) as amount_minor,
            coalesce(sum(coalesce(l.gross_discount_minor, l.discount_minor)), 0) as discount_minor
        from invoicing_invoice as i
        inner join invoicing_invoice_line as l on l.invoice_id = i.id
        where i.corrects_id = billed.invoice_id
          and i.state = 'ISSUED'
          and l.item_id is null
          and l.credits_line_no = billed.line_no
        offset 0
    ) as by_hand
    where billed.kind in ('RECURRING', 'ONE_OFF')
      and (billed.left_days && daterange(billed.service_from, billed.service_to) or billed.ends_within_a_day)
),

piece as (
    -- What is still owed of a line: the days of every item that rests on it.
    select
        original.invoice_id,
        original.line_no,
        original.days as line_days,
        original.paid_days,
        original.day_count,
        original.timezone,
        part.days,
        begun.begins_at,
        case original.day_count when 'fixed_28' then 28 else 30 end as month_days,
        case when lower(part.days) = alike.effective_from then alike.from_seconds else 0 end
        + case when upper(part.days) = alike.effective_to then alike.to_seconds else 0 end as cut_seconds
    from original
    inner join alike on alike.ended_id = original.ended_id
    cross join lateral unnest(
        datemultirange(
            daterange(
                alike.effective_from,
                greatest(alike.effective_from, least(alike.effective_to, alike.billed_through))
            ) * original.paid_days
        ) - original.days_again
    ) as part (days)
    cross join lateral (
        select coalesce((s.started_at at time zone original.timezone)::time, time '00:00') as begins_at
        from subscriptions_subscription as s
        where s.id = original.ended_subscription_id
        offset 0
    ) as begun
),

kept as (
    select
        piece.invoice_id,
        piece.line_no,
        range_agg(piece.days) as owed,
        range_agg(piece.days) = datemultirange(piece.paid_days) and max(piece.cut_seconds) = 0 as is_whole,
        sum(
            case
                when piece.day_count = 'seconds' then
                    extract(epoch from (upper(piece.days) + piece.begins_at) at time zone piece.timezone)
                    - extract(epoch from (lower(piece.days) + piece.begins_at) at time zone piece.timezone)
                    - piece.cut_seconds
                when piece.day_count in ('fixed_30', 'fixed_28') then
                    (date_part('year', upper(piece.days)) - date_part('year', lower(piece.days)))
                    * 12 * piece.month_days
                    + (date_part('month', upper(piece.days)) - date_part('month', lower(piece.days)))
                    * piece.month_days
                    + least(date_part('day', upper(piece.days)), piece.month_days)
                    - least(date_part('day', lower(piece.days)), piece.month_days)
                else upper(piece.days) - lower(piece.days)
            end
        ) as days
    from piece
    group by piece.invoice_id, piece.line_no, piece.paid_days
),

owed as (
    select
        original.*,
        case
            when kept.days is null then 0
            when kept.is_whole or original.day_count = 'none' then original.days
            else kept.days
        end::bigint as owed_days,
        original.left_days * datemultirange(daterange(original.service_from, original.service_to))
        - original.days_again - coalesce(kept.owed, '{}'::datemultirange) as unowed
    from original
    left join kept on kept.invoice_id = original.invoice_id and kept.line_no = original.line_no
),

share as (
    select
        owed.*,
        owed.days - owed.owed_days - owed.credited_days as credit_days,
        owed.owed_days = 0 as is_last,
        greatest(sign(owed.amount_minor) * (owed.amount_minor + owed.credited_amount), 0) as amount_left,
        greatest(sign(owed.discount_minor) * (owed.discount_minor + owed.credited_discount), 0) as discount_left
    from owed
    where owed.days - owed.owed_days - owed.credited_days > 0
       or (owed.owed_days = 0 and owed.amount_minor + owed.credited_amount <> 0)
),

priced as (
    select
        share.*,
        abs(case share.formula
            when 1 then share.scale * share.unit_price
            when 2 then share.scale * share.quantity * share.unit_price
            when 8 then share.scale * coalesce(share.billed_quantity, share.quantity) * share.unit_price
            when 9 then
                share.scale * div(coalesce(share.billed_quantity, share.quantity), price.package_size)
                * share.unit_price
            when 10 then share.scale * part.amount
            else share.amount_minor::numeric
        end)
        * case when share.formula in (1, 2, 8, 9, 10) then coalesce(share.share_percent, 100) * 0.01 else 1 end
            as of_all_days,
        case
            when share.formula = 8 then share.base_days * price.per
            when share.formula in (1, 2, 9, 10) then share.base_days
            else share.days
        end::numeric as divisor
    from share
    left join catalog_price as price on price.id = share.price_id
    cross join lateral (
        select coalesce(sum(p.amount), 0) as amount
        from invoicing_line_part as p
        where share.formula = 10 and p.invoice_id = share.invoice_id and p.line_no = share.line_no
        offset 0
    ) as part
),

rounded as (
    select
        priced.*,
        case
            when priced.is_last or priced.days = 0 then priced.amount_left
            else least(priced.amount_left, back.amount_minor)
        end as owed_back,
        case
            when priced.is_last or priced.days = 0 then priced.discount_left
            else least(priced.discount_left, back.discount_minor)
        end as discount_back,
        paid.amount_minor as paid_minor
    from priced
    cross join lateral (
        -- Rounded once for all days credited by now, less the same for those credited before.
        select
            sum(step.sign * case
                when priced.rounding = 'line_half_even' and 2 * mod(step.numerator, step.divisor) = step.divisor
                    then 2 * div(div(step.numerator, step.divisor) + 1, 2)
                else div(2 * step.numerator + step.divisor, 2 * step.divisor)
            end) as amount_minor,
            sum(step.sign * div(
                2 * abs(priced.discount_minor::numeric) * step.days + priced.days, 2 * nullif(priced.days, 0)
            )) as discount_minor
        from (
            select
                way.sign,
                way.days,
                priced.of_all_days * way.days as numerator,
                nullif(priced.divisor, 0) as divisor
            from (
                values (1, priced.credited_days + priced.credit_days), (-1, priced.credited_days)
            ) as way (sign, days)
        ) as step
        offset 0
    ) as back
    cross join lateral (
        -- What money settled of the document, shared by its lines in proportion to their net.
        select round(coalesce(sum(a.amount_minor), 0) * priced.net_minor / nullif(max(i.total_minor), 0))
            as amount_minor
        from receivables_open_item as o
        inner join invoicing_invoice as i on i.id = o.invoice_id
        left join receivables_allocation as a on a.open_item_id = o.id and a.cash_id is not null
        where priced.credit_cap = 'paid_amount' and o.invoice_id = priced.invoice_id
        offset 0
    ) as paid
),

credit as (
    select
        rounded.*,
        case
            when rounded.paid_minor is null then rounded.owed_back
            else least(
                rounded.owed_back,
                greatest(abs(rounded.paid_minor) - abs(rounded.credited_amount - rounded.credited_discount), 0)
                + rounded.discount_back
            )
        end as credit_minor
    from rounded
)

insert into run_line (
    payer_id, split_key, account_id, item_id, kind, text, service_from, service_to, claim_no, price_id, formula,
    quantity, billed_quantity, unit_price, days, base_days, period_from, period_to, share_percent, rounding, numerator,
    divisor, amount_minor, discount_minor, tax_code, tax_percent, family, product_code, clause, credits_invoice_id,
    credits_line_no, tax_prices
)
select
    credit.payer_id,
    case
        when payer.correction = 'credit_note' then 'credit:' || credit.invoice_id
        when credit.tax_code <> '' and tax.tax_code is null then 'credit:' || credit.invoice_id
        else ''
    end as split_key,
    credit.account_id,
    credit.item_id,
    'CORRECTION' as kind,
    credit.text,
    coalesce(lower(credit.unowed), credit.service_from) as service_from,
    coalesce(upper(credit.unowed), credit.service_to) as service_to,
    credit.moved_count + 1 as claim_no,
    credit.price_id,
    16 as formula,
    credit.quantity,
    credit.billed_quantity,
    credit.unit_price,
    credit.credit_days as days,
    credit.base_days,
    credit.period_from,
    credit.period_to,
    credit.share_percent,
    credit.rounding,
    -sign(credit.amount_minor) * credit.of_all_days * credit.credit_days as numerator,
    credit.divisor,
    -sign(credit.amount_minor) * credit.credit_minor as amount_minor,
    -sign(credit.discount_minor) * credit.discount_back as discount_minor,
    credit.tax_code,
    credit.tax_percent,
    credit.family,
    credit.item_product_code as product_code,
    credit.clause,
    credit.invoice_id as credits_invoice_id,
    credit.line_no as credits_line_no,
    case when credit.includes_tax then 'inclusive' else 'exclusive' end as tax_prices
from credit
inner join run_payer as payer on payer.payer_id = credit.payer_id
left join (
    select distinct run_tax.legal_entity_id, run_tax.tax_code, run_tax.percent
    from run_tax
) as tax
    on tax.legal_entity_id = payer.legal_entity_id
    and tax.tax_code = credit.tax_code
    and tax.percent = credit.tax_percent
where credit.credit_minor <> 0
