-- step: fill_search_words
-- owner: accounts
-- reads: accounts_billing_account, accounts_customer, accounts_contact, accounts_reference_field
-- writes: accounts_search_word
-- why: one row a word makes every search an index range; a second run meets its own rows.
with

texts as (
    select
        a.id as account_id,
        concat_ws(
            ' ', a.number, a.name, a.reference, a.purchase_order,
            c.name, c.first_name, c.last_name, c.reference, c.tax_number
        ) as words
    from accounts_billing_account as a
    inner join accounts_customer as c on c.id = a.customer_id
    where a.id = any(%(account_ids)s)
    union all
    select
        k.account_id,
        concat_ws(' ', k.name, k.email, k.phone, right(k.phone, 9)) as words
    from accounts_contact as k
    where k.account_id = any(%(account_ids)s) and k.active
    union all
    select
        r.account_id,
        r.value as words
    from accounts_reference_field as r
    where r.account_id = any(%(account_ids)s)
),

split_words as (
    select
        t.account_id,
        w.word
    from texts as t
    cross join lateral regexp_split_to_table(lower(t.words), '\s+') as w (word)
    union
    select
        t.account_id,
        w.word
    from texts as t
    cross join lateral regexp_split_to_table(lower(t.words), '[^[:alnum:]]+') as w (word)
)

insert into accounts_search_word (account_id, word)
select distinct
    s.account_id,
    left(s.word, 80) as word
from split_words as s
where s.word <> ''
on conflict do nothing
