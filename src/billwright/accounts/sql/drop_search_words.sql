-- step: drop_search_words
-- owner: accounts
-- reads: none
-- writes: accounts_search_word
-- why: words of changed accounts are written anew, so the old ones go first.
delete from accounts_search_word
where account_id = any(%(account_ids)s)
