"""Refuse to change or delete a version of the words of a mail, as the page and the docs promise."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):
    replaces = [("comms", "0003_wordings_append_only")]

    dependencies = [("comms", "0001_tables")]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name="messagetemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                    hash="fb57b4c9f0a997b5b0a4f147a6dbbabe329dbbd3",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_d507e",
                    table="comms_message_template",
                    when="BEFORE",
                ),
            ),
        ),
    ]
