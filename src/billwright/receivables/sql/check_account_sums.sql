-- step: check_account_sums
-- owner: receivables
-- reads: receivables_open_item, receivables_account_sum, receivables_open_change
-- writes: none
-- why: what lists say is open on an account, folded or not, is the sum of its items; what they say is overdue before the
--      next date due is the sum of those due before it.
with

compared as (
    select
        s.account_id,
        s.currency,
        false as is_overdue,
        s.open_minor,
        0 as proved_minor
    from receivables_account_sum as s
    where %(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        c.account_id,
        c.currency,
        false as is_overdue,
        c.open_minor,
        0 as proved_minor
    from receivables_open_change as c
    where %(account_ids)s::bigint[] is null or c.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        i.account_id,
        i.currency,
        false as is_overdue,
        0 as open_minor,
        i.open_minor as proved_minor
    from receivables_open_item as i
    where i.open_minor <> 0
        and (%(account_ids)s::bigint[] is null or i.account_id = any(%(account_ids)s::bigint[]))
    union all
    select
        s.account_id,
        s.currency,
        true as is_overdue,
        s.overdue_minor as open_minor,
        0 as proved_minor
    from receivables_account_sum as s
    where %(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        s.account_id,
        s.currency,
        true as is_overdue,
        c.open_minor,
        0 as proved_minor
    from receivables_account_sum as s
    inner join receivables_open_change as c
        on s.account_id = c.account_id and (s.next_due is null or c.due_date < s.next_due)
    where %(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[])
    union all
    select
        s.account_id,
        s.currency,
        true as is_overdue,
        0 as open_minor,
        i.open_minor as proved_minor
    from receivables_account_sum as s
    inner join receivables_open_item as i
        on s.account_id = i.account_id and i.open_minor <> 0 and (s.next_due is null or i.due_date < s.next_due)
    where %(account_ids)s::bigint[] is null or s.account_id = any(%(account_ids)s::bigint[])
)

select
    c.account_id,
    c.currency,
    sum(c.open_minor)::bigint as stated_minor,
    sum(c.proved_minor)::bigint as proved_minor
from compared as c
group by c.account_id, c.currency, c.is_overdue
having sum(c.open_minor) <> sum(c.proved_minor)
order by c.account_id, c.currency, c.is_overdue
