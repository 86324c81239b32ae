-- step: find_known_payers
-- owner: receivables
-- reads: receivables_payer_sign, accounts_billing_account
-- writes: none
-- why: accounts that were paid for before by whoever shows the same sign: a bank account, a name.
select distinct
    t.n,
    s.kind,
    a.id as account_id,
    a.legal_entity_id,
    a.currency_id as currency
from json_to_recordset(%(signs)s) as t (n integer, kind text, sign text)
inner join receivables_payer_sign as s on t.kind = s.kind and t.sign = s.sign and s.forgotten_at is null
inner join accounts_billing_account as a on s.account_id = a.id
where a.state = 'OPEN'
order by t.n, a.id
