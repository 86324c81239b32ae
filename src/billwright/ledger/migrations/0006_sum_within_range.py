"""Look for the entries of a statement within their range, not in the whole book."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_sums_of_postings"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="posting",
            name="entry_balances",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="entry_balances",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE refused record; first_id bigint; last_id bigint;",
                    func="\n    select p.entry_id\n      into refused\n      from new_postings as p\n     group by p.entry_id, p.currency\n    having sum(p.amount_minor) <> 0\n     limit 1;\n    if found then\n        raise exception 'journal entry % does not balance', refused.entry_id using errcode = 'BW003';\n    end if;\n    select p.entry_id\n      into refused\n      from new_postings as p\n     group by p.entry_id\n    having sum(p.base_minor) <> 0\n     limit 1;\n    if found then\n        raise exception 'journal entry % does not balance in base currency', refused.entry_id\n            using errcode = 'BW003';\n    end if;\n    select min(p.entry_id), max(p.entry_id) into first_id, last_id from new_postings as p;\n    if first_id is null then\n        return null;\n    end if;\n    execute format($check$\n        with checked as (\n            select\n                p.ledger_account_id,\n                e.accounting_date,\n                p.currency,\n                p.tax_code,\n                sum(greatest(p.amount_minor, 0))::bigint as debit_minor,\n                sum(-least(p.amount_minor, 0))::bigint as credit_minor,\n                sum(p.base_minor)::bigint as base_minor,\n                count(*) as posting_count,\n                min(p.entry_id) filter (\n                    where e.transaction_id is distinct from pg_current_xact_id()\n                       or a.legal_entity_id is distinct from e.legal_entity_id\n                ) as refused_id\n              from new_postings as p\n              left join ledger_journal_entry as e on e.id = p.entry_id and e.id between %s and %s\n              left join ledger_account as a on a.id = p.ledger_account_id\n             group by p.ledger_account_id, e.accounting_date, p.currency, p.tax_code\n        ),\n        noted as (\n            insert into ledger_movement (\n                ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor,\n                posting_count\n            )\n            select\n                ledger_account_id, accounting_date, currency, tax_code, debit_minor, credit_minor, base_minor,\n                posting_count\n              from checked\n             where refused_id is null\n        )\n        select min(refused_id) as entry_id from checked\n    $check$, first_id, last_id) into refused;\n    if refused.entry_id is not null then\n        raise exception 'journal entry % is not of this transaction, or an account is not of its entity',\n            refused.entry_id using errcode = 'BW003';\n    end if;\n    return null;\n",
                    hash="93abe47612db25d37d50b68d09b016d07a7bddd5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_entry_balances_9b202",
                    referencing="REFERENCING NEW TABLE AS new_postings ",
                    table="ledger_posting",
                    when="AFTER",
                ),
            ),
        ),
    ]
