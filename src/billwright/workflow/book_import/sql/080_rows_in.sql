-- step: rows_in
-- owner: files
-- reads: none
-- writes: files_imported_row
-- uses: book_import_row
-- why: a row of the outside comes in once; its identity names what it became.
insert into files_imported_row (source, identity, subject, digest, job_id)
select
    %(source)s as source,
    r.identity,
    case
        when r.invoice_id is not null then 'invoice:' || r.invoice_id
        else 'payment:' || r.payment_id
    end as subject,
    r.digest,
    %(job_id)s as job_id
from book_import_row as r
