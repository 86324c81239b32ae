-- step: share_tax
-- owner: invoicing
-- reads: none
-- writes: none
-- uses: run_share, run_line, run_document, run_payer, run_tax_component
-- why: each line's share of its document's tax is the tax on the lines up to it less the tax on the lines before it: the
-- shares add up exactly.
with

numbered as (
    select
        l.line_id,
        d.document_no,
        p.tax_rounding,
        row_number() over document as line_no,
        l.amount_minor - l.discount_minor as net_minor,
        l.tax_code,
        l.tax_percent,
        sum(l.amount_minor - l.discount_minor) over (
            partition by d.document_no, l.tax_code, l.tax_percent
            order by l.account_id, l.item_id, l.service_from, l.kind, l.claim_no, l.charge_id, l.credits_line_no
            rows unbounded preceding
        ) as net_up_to
    from run_line as l
    inner join run_document as d on d.payer_id = l.payer_id and d.split_key = l.split_key
    inner join run_payer as p on p.payer_id = l.payer_id
    window document as (
        partition by d.document_no
        order by l.account_id, l.item_id, l.service_from, l.kind, l.claim_no, l.charge_id, l.credits_line_no
    )
)

insert into run_share
select
    n.line_id,
    n.document_no,
    n.line_no,
    coalesce((
        select
            sum(case
                when n.tax_rounding = 'line' then round(n.net_minor * c.percent * 0.01)
                else round(n.net_up_to * c.percent * 0.01) - round((n.net_up_to - n.net_minor) * c.percent * 0.01)
            end)
        from run_tax_component as c
        where c.tax_code = n.tax_code and c.tax_percent = n.tax_percent
    ), 0) as tax_minor
from numbered as n
