-- step: group_changes
-- owner: invoicing
-- reads: invoicing_shadow_change, accounts_billing_account
-- writes: none
-- why: the differences by currency and cause, the largest of each as samples; the sums are what the page shows and what
-- is signed.
with

payer as (
    select c.currency, c.cause, c.payer_id, sum(c.amount_minor) as amount_minor, count(*) as change_count
    from invoicing_shadow_change as c
    where c.shadow_id = %(shadow_id)s
    group by c.currency, c.cause, c.payer_id
),

placed as (
    select
        payer.*,
        row_number() over (
            partition by payer.currency, payer.cause order by abs(payer.amount_minor) desc, payer.payer_id
        ) as place
    from payer
)

select
    placed.currency,
    placed.cause,
    count(*) as account_count,
    sum(placed.change_count)::bigint as change_count,
    sum(placed.amount_minor)::bigint as amount_minor,
    jsonb_agg(
        jsonb_build_object('payer_id', placed.payer_id, 'account', a.number, 'amount_minor', placed.amount_minor)
        order by placed.place
    ) filter (where placed.place <= %(sample_size)s) as samples
from placed
inner join accounts_billing_account as a on a.id = placed.payer_id
group by placed.currency, placed.cause
order by placed.currency, abs(sum(placed.amount_minor)) desc, placed.cause
