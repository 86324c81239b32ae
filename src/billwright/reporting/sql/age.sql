-- step: age
-- owner: reporting
-- reads: receivables_open_item, receivables_allocation, receivables_source_use, receivables_hold,
--        accounts_billing_account
-- writes: none
-- why: what was open at the end of a day, as known at a time, by age. Today's open amounts are at hand; what was
--      settled after that day, or written after that time, is added back.
with

unseen as (
    select
        s.item_id,
        sum(s.change_minor)::bigint as change_minor
    from (
        select
            a.open_item_id as item_id,
            a.amount_minor as change_minor
        from receivables_allocation as a
        where a.accounting_date > %(as_of)s or a.recorded_at > %(known_at)s
        union all
        select
            a.credit_item_id as item_id,
            -a.amount_minor as change_minor
        from receivables_allocation as a
        where a.credit_item_id is not null and (a.accounting_date > %(as_of)s or a.recorded_at > %(known_at)s)
        union all
        select
            u.credit_item_id as item_id,
            -u.amount_minor as change_minor
        from receivables_source_use as u
        where u.credit_item_id is not null and (u.accounting_date > %(as_of)s or u.recorded_at > %(known_at)s)
    ) as s
    group by s.item_id
),

seen as (
    select
        i.id,
        i.account_id,
        i.legal_entity_id,
        i.currency,
        i.due_date,
        i.document_date,
        i.open_minor + coalesce(u.change_minor, 0) as open_minor
    from receivables_open_item as i
    left join unseen as u on i.id = u.item_id
    where i.open_minor <> 0
        and i.accounting_date <= %(as_of)s
        and i.recorded_at <= %(known_at)s
        and (%(legal_entity_id)s::bigint is null or i.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or i.currency = %(currency)s)
        and (%(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[]))
    union all
    select
        i.id,
        i.account_id,
        i.legal_entity_id,
        i.currency,
        i.due_date,
        i.document_date,
        u.change_minor as open_minor
    from unseen as u
    inner join receivables_open_item as i on u.item_id = i.id
    where i.open_minor = 0
        and i.accounting_date <= %(as_of)s
        and i.recorded_at <= %(known_at)s
        and (%(legal_entity_id)s::bigint is null or i.legal_entity_id = %(legal_entity_id)s)
        and (%(currency)s = '' or i.currency = %(currency)s)
        and (%(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[]))
),

holds as (
    select
        h.open_item_id,
        bool_or(h.amount_minor is null) as holds_all,
        sum(coalesce(h.amount_minor, 0)) as held_minor,
        bool_or(h.amount_minor is null and h.reason = 'DISPUTE') as disputes_all,
        coalesce(sum(h.amount_minor) filter (where h.reason = 'DISPUTE'), 0) as disputed_minor
    from receivables_hold as h
    where h.recorded_at <= %(known_at)s
        and (h.superseded_at is null or h.superseded_at > %(known_at)s)
        and h.valid_from <= %(as_of)s
        and (h.valid_until is null or h.valid_until > %(as_of)s)
    group by h.open_item_id
),

aged as (
    select
        case %(per)s when 'ACCOUNT' then s.account_id when 'CUSTOMER' then b.customer_id end as party_id,
        s.legal_entity_id,
        s.currency,
        width_bucket(
            %(as_of)s::date - case %(by)s when 'document' then s.document_date else s.due_date end,
            %(bounds)s::int[]
        ) as bucket,
        s.open_minor,
        greatest(
            case when h.holds_all then s.open_minor else least(s.open_minor, coalesce(h.held_minor, 0)) end, 0
        ) as held_minor,
        greatest(
            case when h.disputes_all then s.open_minor else least(s.open_minor, coalesce(h.disputed_minor, 0)) end, 0
        ) as disputed_minor
    from seen as s
    left join holds as h on s.id = h.open_item_id
    left join accounts_billing_account as b on s.account_id = b.id and %(per)s = 'CUSTOMER'
    where s.open_minor <> 0
)

select
    a.party_id,
    a.legal_entity_id,
    a.currency,
    a.bucket,
    sum(a.open_minor)::bigint as open_minor,
    sum(a.held_minor)::bigint as held_minor,
    sum(a.disputed_minor)::bigint as disputed_minor
from aged as a
group by a.party_id, a.legal_entity_id, a.currency, a.bucket
order by sum(a.open_minor) desc, a.party_id, a.legal_entity_id, a.currency, a.bucket
offset %(skip)s
limit %(limit)s
