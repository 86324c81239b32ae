-- step: unallocated
-- owner: reporting
-- reads: receivables_unallocated_cash, receivables_allocation, receivables_source_use, accounts_billing_account
-- writes: none
-- why: money received and settling nothing at the end of a day, as known at a time; without an account: suspense.
with

unseen as (
    select
        s.cash_id,
        sum(s.change_minor)::bigint as change_minor
    from (
        select
            a.cash_id,
            a.amount_minor as change_minor
        from receivables_allocation as a
        where a.cash_id is not null and (a.accounting_date > %(as_of)s or a.recorded_at > %(known_at)s)
        union all
        select
            u.cash_id,
            u.amount_minor as change_minor
        from receivables_source_use as u
        where u.cash_id is not null and (u.accounting_date > %(as_of)s or u.recorded_at > %(known_at)s)
    ) as s
    group by s.cash_id
),

seen as (
    select
        c.account_id,
        c.legal_entity_id,
        c.currency,
        c.open_minor + coalesce(u.change_minor, 0) as open_minor
    from receivables_unallocated_cash as c
    left join unseen as u on c.id = u.cash_id
    where c.open_minor > 0
        and c.accounting_date <= %(as_of)s
        and c.recorded_at <= %(known_at)s
        and (%(legal_entity_id)s::bigint is null or c.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or c.currency = %(currency)s)
        and (%(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[]))
    union all
    select
        c.account_id,
        c.legal_entity_id,
        c.currency,
        u.change_minor as open_minor
    from unseen as u
    inner join receivables_unallocated_cash as c on u.cash_id = c.id
    where c.open_minor = 0
        and c.accounting_date <= %(as_of)s
        and c.recorded_at <= %(known_at)s
        and (%(legal_entity_id)s::bigint is null or c.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or c.currency = %(currency)s)
        and (%(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[]))
)

select
    case %(per)s when 'ACCOUNT' then s.account_id when 'CUSTOMER' then b.customer_id end as party_id,
    s.legal_entity_id,
    s.currency,
    coalesce(sum(s.open_minor) filter (where s.account_id is not null), 0)::bigint as unallocated_minor,
    coalesce(sum(s.open_minor) filter (where s.account_id is null), 0)::bigint as suspense_minor
from seen as s
left join accounts_billing_account as b on s.account_id = b.id and %(per)s = 'CUSTOMER'
group by 1, 2, 3
having sum(s.open_minor) <> 0
order by 1, 2, 3
