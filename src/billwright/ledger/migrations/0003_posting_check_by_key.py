"""Check postings against their entries by key: filtering by transaction first made the cost grow with its square."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_entry_transaction"),
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
                    declare="DECLARE refused record;",
                    func="\n    select p.entry_id\n      into refused\n      from new_postings as p\n     group by p.entry_id, p.currency\n    having sum(p.amount_minor) <> 0\n     limit 1;\n    if found then\n        raise exception 'journal entry % does not balance', refused.entry_id using errcode = 'BW003';\n    end if;\n    select p.entry_id\n      into refused\n      from new_postings as p\n     group by p.entry_id\n    having sum(p.base_minor) <> 0\n     limit 1;\n    if found then\n        raise exception 'journal entry % does not balance in base currency', refused.entry_id\n            using errcode = 'BW003';\n    end if;\n    select p.entry_id\n      into refused\n      from new_postings as p\n      left join ledger_journal_entry as e on e.id = p.entry_id\n      left join ledger_account as a on a.id = p.ledger_account_id\n     where e.transaction_id is distinct from pg_current_xact_id()\n        or a.legal_entity_id is distinct from e.legal_entity_id\n     limit 1;\n    if found then\n        raise exception 'journal entry % is not of this transaction, or an account is not of its entity',\n            refused.entry_id using errcode = 'BW003';\n    end if;\n    return null;\n",
                    hash="395b3be1395b3ffe31a3dc11e1714ec7ca0980af",
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
