-- step: select_consumers
-- owner: accounts
-- reads: accounts_billing_account, subscriptions_item, rating_pending_charge
-- writes: none
-- uses: run_account
-- why: the accounts that consume what the payers of this shard pay for, each with its own civil day: a cut-off instant is
-- another day in Kathmandu than in Lima; a cut-off date is the same date everywhere.
insert into run_account
select
    a.id as account_id,
    case
        when %(cut_off_at)s::timestamptz is null then %(as_of)s::date
        else (%(cut_off_at)s::timestamptz at time zone a.timezone)::date
    end as day,
    a.purchase_order,
    a.cost_center,
    a.timezone,
    a.conventions ->> 'day_count' as day_count,
    a.conventions ->> 'stub' as stub,
    a.conventions ->> 'arrears_on' as arrears_on,
    a.conventions ->> 'first_tier_flat_at_zero' as first_tier_flat_at_zero,
    a.conventions ->> 'minimum_proration' as minimum_proration,
    a.conventions ->> 'late_usage' as late_usage,
    a.conventions ->> 'rounding' as rounding,
    a.conventions ->> 'tax_prices' as tax_prices,
    a.conventions ->> 'discount_tax' as discount_tax,
    a.conventions ->> 'discount_limits' as discount_limits,
    a.conventions ->> 'credit_cap' as credit_cap,
    a.conventions ->> 'zero_lines' as zero_lines
from accounts_billing_account as a
where (a.id >= %(payer_from)s and a.id < %(payer_before)s)
   or a.id = any(array(
        select i.account_id
        from subscriptions_item as i
        where i.payer_id >= %(payer_from)s and i.payer_id < %(payer_before)s and i.account_id <> i.payer_id
        union
        select c.account_id
        from rating_pending_charge as c
        where c.state = 'READY'
          and c.payer_id >= %(payer_from)s and c.payer_id < %(payer_before)s and c.account_id <> c.payer_id
    ))
