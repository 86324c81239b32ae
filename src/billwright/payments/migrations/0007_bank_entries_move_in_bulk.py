"""Let the database judge the states of bank entries once a statement, not once a row."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_what_a_debit_takes_up"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="bankentry",
            name="states",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="bankentry",
            trigger=pgtrigger.compiler.Trigger(
                name="states",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            if exists (\n                select 1\n                from new_rows as n\n                inner join old_rows as o on n.id = o.id\n                where o.state <> n.state and (o.state, n.state) not in (('HANDLED', 'NEW'), ('IGNORED', 'NEW'), ('NEW', 'HANDLED'), ('NEW', 'IGNORED'), ('NEW', 'RECEIVED'))\n            ) then\n                raise exception 'invalid transition of a row of %', tg_table_name;\n            end if;\n            return null;\n        ",
                    hash="fed42251e81bd2b19e259b8fa0a1f1a9485fff93",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_states_4191c",
                    referencing="REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ",
                    table="payments_bank_entry",
                    when="AFTER",
                ),
            ),
        ),
    ]
