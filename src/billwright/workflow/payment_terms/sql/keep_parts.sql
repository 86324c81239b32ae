-- step: keep_parts
-- owner: receivables
-- reads: none
-- writes: none
-- uses: run_installment, run_issue
-- why: the parts get their open items' ids, the first the one its document took; the document is due with its last part.
with

part as (
    select t.*
    from
        json_to_recordset(%(parts)s) as t (
            document_no bigint, part_no smallint, part_count smallint, due_date date, amount_minor bigint
        )
),

kept as (
    insert into run_installment
    select
        i.document_no,
        part.part_no,
        case
            when part.part_no = 1 then i.open_item_id
            else nextval(pg_get_serial_sequence('receivables_open_item', 'id'))
        end as open_item_id,
        part.due_date,
        part.amount_minor
    from part
    inner join run_issue as i on i.document_no = part.document_no
    where part.part_count > 1
    order by part.document_no, part.part_no
)

update run_issue as i
set due_date = part.due_date
from part
where part.document_no = i.document_no and part.part_no = part.part_count
