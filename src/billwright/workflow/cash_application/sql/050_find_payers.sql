-- step: find_payers
-- owner: accounts
-- reads: accounts_search_word, accounts_billing_account, accounts_customer, accounts_contact
-- writes: none
-- why: accounts whose number, own number at the customer, or mail address is a word of the text. The words of accounts
--      lead to few; what the word is to the account is looked at then.
with

asked as (
    select
        t.n,
        lower(t.word) as word
    from json_array_elements_text(%(words)s) with ordinality as t (word, n)
),

found as (
    select
        w.n,
        a.id as account_id,
        a.legal_entity_id,
        a.currency_id as currency,
        case
            when lower(a.number) = w.word then 'ACCOUNT_NUMBER'
            when lower(a.reference) = w.word or lower(c.reference) = w.word then 'CUSTOMER_NUMBER'
            when exists (
                select 1 from accounts_contact as k
                where k.account_id = a.id and k.active and lower(k.email) = w.word
            ) then 'MAIL_ADDRESS'
        end as kind
    from asked as w
    inner join accounts_search_word as s on w.word = s.word
    inner join accounts_billing_account as a on s.account_id = a.id
    inner join accounts_customer as c on a.customer_id = c.id
    where a.state = 'OPEN'
)

select
    f.n,
    f.kind,
    f.account_id,
    f.legal_entity_id,
    f.currency
from found as f
where f.kind is not null
order by f.n, f.account_id
