-- step: find_names
-- owner: accounts
-- reads: accounts_search_word, accounts_billing_account, accounts_customer
-- writes: none
-- why: accounts that share the longest word of a payer's name; whether the rest agrees is decided over these few.
select
    t.n,
    a.id as account_id,
    a.legal_entity_id,
    a.currency_id as currency,
    c.name,
    a.name as account_name
from json_to_recordset(%(names)s) as t (n integer, word text)
cross join lateral (
    select s.account_id
    from accounts_search_word as s
    where s.word = lower(t.word)
    limit 50
) as s
inner join accounts_billing_account as a on s.account_id = a.id
inner join accounts_customer as c on a.customer_id = c.id
where a.state = 'OPEN'
order by t.n, a.id
