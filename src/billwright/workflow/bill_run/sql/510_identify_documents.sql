-- step: identify_documents
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_issue, run_document, run_verdict, run_payer, run_entity, run_currency, run_renewal
-- why: documents to be issued get their ids now and their numbers last. A credit is due at once, a renewal
-- on its day where its plan says so; what is due in parts is laid next (workflow/payment_terms). The name of a sequence is looked up once, not once a row.
insert into run_issue
select
    d.document_no,
    nextval((select pg_get_serial_sequence('invoicing_invoice', 'id')::regclass)) as invoice_id,
    nextval((select pg_get_serial_sequence('ledger_journal_entry', 'id')::regclass)) as entry_id,
    nextval((select pg_get_serial_sequence('receivables_open_item', 'id')::regclass)) as open_item_id,
    d.payer_id,
    d.split_key,
    d.kind,
    d.corrects_id,
    p.legal_entity_id,
    p.currency,
    c.base_factor,
    e.accounting_date,
    e.month_ends_before,
    case
        when d.total_minor > 0 then coalesce(r.renews_on, %(document_date)s::date + p.terms_days)
        else %(document_date)s::date
    end as due_date,
    d.net_minor,
    d.tax_minor,
    d.total_minor,
    d.withheld_minor
from run_document as d
inner join run_verdict as v on v.payer_id = d.payer_id and v.outcome = 'ISSUED'
inner join run_payer as p on p.payer_id = d.payer_id
inner join run_entity as e on e.legal_entity_id = p.legal_entity_id
inner join run_currency as c on c.legal_entity_id = p.legal_entity_id and c.currency = p.currency
left join run_renewal as r on r.document_no = d.document_no
order by d.document_no
