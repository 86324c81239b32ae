-- Names of two words that hardly another customer has, and the words by which accounts are found.
update accounts_customer
set name = 'Farm' || (id * 7919) %% 99991 || ' Weaver' || (id * 104729) %% 99989
where id > %(after)s;

insert into accounts_search_word (account_id, word)
select a.id, lower(a.number)
from accounts_billing_account as a
union
select a.id, w.word
from accounts_billing_account as a
inner join accounts_customer as c on c.id = a.customer_id
cross join lateral regexp_split_to_table(lower(c.name), '\s+') as w (word)
