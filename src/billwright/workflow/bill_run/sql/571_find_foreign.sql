-- step: find_foreign
-- owner: receivables
-- reads: none
-- writes: none
-- uses: run_foreign, run_issue, run_entity
-- why: whose currency is not the base currency of the company: only what settles their documents has rates of its own.
insert into run_foreign
select distinct i.payer_id
from run_issue as i
inner join run_entity as e on e.legal_entity_id = i.legal_entity_id and e.base_currency <> i.currency
