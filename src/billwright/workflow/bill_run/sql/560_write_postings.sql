-- step: write_postings
-- owner: ledger
-- reads: none
-- writes: ledger_posting
-- uses: run_issue, run_post, run_line, run_document_tax, run_ledger
-- why: receivables against revenue (or deferred revenue) per family and tax per component, all of a shard in one
-- statement, so that the balance is checked once. In base currency the receivable takes what rounding leaves.
with

revenue as (
    select
        p.entry_id,
        p.ledger_account_id,
        -sum(l.amount_minor - l.discount_minor) as amount_minor,
        round(-sum(l.amount_minor - l.discount_minor) * p.base_factor) as base_minor,
        '' as tax_code
    from run_post as p
    inner join run_line as l on l.line_id = p.line_id
    group by p.entry_id, p.ledger_account_id, p.base_factor
),

tax as (
    select
        i.entry_id,
        a.ledger_account_id,
        case when t.withheld then t.tax_minor else -t.tax_minor end as amount_minor,
        round(case when t.withheld then t.tax_minor else -t.tax_minor end * i.base_factor) as base_minor,
        t.tax_code
    from run_issue as i
    inner join run_document_tax as t on t.payer_id = i.payer_id and t.split_key = i.split_key
    inner join run_ledger as a
        on a.legal_entity_id = i.legal_entity_id
        and a.role = case when t.withheld then 'WITHHOLDING_TAX' else 'OUTPUT_TAX' end
        and a.family = case when t.withheld then '' else t.component end
    where t.tax_minor <> 0
),

credit as (
    select revenue.* from revenue
    union all
    select tax.* from tax
),

receivable as (
    select
        i.entry_id,
        a.ledger_account_id,
        i.total_minor as amount_minor,
        -base.base_minor as base_minor,
        '' as tax_code
    from run_issue as i
    inner join run_ledger as a on a.legal_entity_id = i.legal_entity_id and a.role = 'RECEIVABLES'
    inner join (
        select credit.entry_id, sum(credit.base_minor) as base_minor
        from credit
        group by credit.entry_id
    ) as base on base.entry_id = i.entry_id
),

side as (
    select 1 as place, receivable.* from receivable
    union all
    select 2 as place, credit.* from credit
)

insert into ledger_posting (
    entry_id, line_no, ledger_account_id, billing_account_id, currency, amount_minor, base_minor, tax_code, cost_center
)
select
    side.entry_id,
    row_number() over (
        partition by side.entry_id order by side.place, side.ledger_account_id, side.tax_code
    ) as line_no,
    side.ledger_account_id,
    i.payer_id as billing_account_id,
    i.currency,
    side.amount_minor,
    side.base_minor,
    side.tax_code,
    '' as cost_center
from side
inner join run_issue as i on i.entry_id = side.entry_id
order by side.entry_id, line_no
