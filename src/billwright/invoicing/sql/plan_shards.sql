-- step: plan_shards
-- owner: invoicing
-- reads: accounts_billing_account
-- writes: invoicing_bill_run_shard
-- why: a run is done in ranges of payers, each in one transaction: the work queue that a crash falls back to.
with

account as (
    select
        a.id as account_id,
        (row_number() over (order by a.id) - 1)
        / greatest(
            least(count(*) over () / %(shard_count)s, %(payers_per_shard)s), %(payers_per_small_shard)s
        ) as shard_no
    from accounts_billing_account as a
    where (%(legal_entity_id)s::bigint is null or a.legal_entity_id = %(legal_entity_id)s)
      and (%(payer_ids)s::bigint[] is null or a.id = any(%(payer_ids)s::bigint[]))
)

insert into invoicing_bill_run_shard (
    run_id, shard_no, payer_from, payer_before, invoice_count, line_count, seconds
)
select
    %(run_id)s as run_id,
    account.shard_no,
    min(account.account_id) as payer_from,
    max(account.account_id) + 1 as payer_before,
    0 as invoice_count,
    0 as line_count,
    0 as seconds
from account
group by account.shard_no
