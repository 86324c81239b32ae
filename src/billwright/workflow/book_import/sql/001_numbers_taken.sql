-- step: numbers_taken
-- owner: invoicing
-- reads: invoicing_invoice
-- writes: none
-- why: a document number is given once per entity and kind; a row that repeats one is refused before it is written.
select
    i.kind,
    i.number
from invoicing_invoice as i
where
    i.legal_entity_id = %(legal_entity_id)s
    and i.number = any(%(numbers)s)
