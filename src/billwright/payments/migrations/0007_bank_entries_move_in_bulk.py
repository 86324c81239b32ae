"""Let the database judge the states of bank entries once a statement, not once a row."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_what_a_debit_takes_up"),
    ]

    operations = [
        LayDown(
            [
                pgtrigger.migrations.RemoveTrigger(
                    model_name="bankentry",
                    name="states",
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bankentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n            if exists (\n                select 1\n                from (\n                    select r.id, max(r.was) as was, max(r.became) as became\n                    from (\n                        select id, state as was, null as became from old_rows\n                        union all\n                        select id, null as was, state as became from new_rows\n                    ) as r\n                    group by r.id\n                ) as m\n                where m.was <> m.became and (m.was, m.became) not in (('HANDLED', 'NEW'), ('IGNORED', 'NEW'), ('NEW', 'HANDLED'), ('NEW', 'IGNORED'), ('NEW', 'RECEIVED'))\n            ) then\n                raise exception 'invalid transition of a row of %', tg_table_name;\n            end if;\n            return null;\n        ",
                            hash="585858742527e7d3a7bac7009b4b69e1edb11ed5",
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
        )
    ]
