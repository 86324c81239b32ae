"""Keep sums of what is open, by account and by day, for those who read much of it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

# Creating the triggers has locked out writers until we are done, so nothing is counted twice or forgotten.
NOTE_ALL = """
    insert into receivables_open_change (account_id, legal_entity_id, currency, due_date, document_date, open_minor)
    select i.account_id, i.legal_entity_id, i.currency, i.due_date, i.document_date, i.open_minor
      from receivables_open_item as i
     where i.open_minor <> 0
"""


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0002_indexes_for_ageing"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountSum",
            fields=[
                ("account_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("legal_entity_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("open_minor", models.BigIntegerField()),
                ("oldest_due", models.DateField(null=True)),
            ],
            options={
                "db_table": "receivables_account_sum",
            },
        ),
        migrations.CreateModel(
            name="DaySum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "legal_entity_id",
                        "currency",
                        "due_date",
                        "document_date",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("legal_entity_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("due_date", models.DateField()),
                ("document_date", models.DateField()),
                ("open_minor", models.BigIntegerField()),
            ],
            options={
                "db_table": "receivables_day_sum",
            },
        ),
        migrations.CreateModel(
            name="OpenChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.BigIntegerField()),
                ("legal_entity_id", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("due_date", models.DateField()),
                ("document_date", models.DateField()),
                ("open_minor", models.BigIntegerField()),
            ],
            options={
                "db_table": "receivables_open_change",
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openitem",
            trigger=pgtrigger.compiler.Trigger(
                name="note_new",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    insert into receivables_open_change (account_id, legal_entity_id, currency, due_date, document_date, open_minor)\n    select n.account_id, n.legal_entity_id, n.currency, n.due_date, n.document_date, n.open_minor\n      from new_items as n\n     where n.open_minor <> 0;\n    return null;\n",
                    hash="a46886e2bb45c271cffa4e9ad88f6b1ebc5cf9c5",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_note_new_8a0b9",
                    referencing="REFERENCING NEW TABLE AS new_items ",
                    table="receivables_open_item",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openitem",
            trigger=pgtrigger.compiler.Trigger(
                name="note_changes",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    insert into receivables_open_change (account_id, legal_entity_id, currency, due_date, document_date, open_minor)\n    select c.account_id, c.legal_entity_id, c.currency, c.due_date, c.document_date, sum(c.open_minor)\n      from (\n        select account_id, legal_entity_id, currency, due_date, document_date, open_minor from new_items\n        union all\n        select account_id, legal_entity_id, currency, due_date, document_date, -open_minor from old_items\n      ) as c\n     group by c.account_id, c.legal_entity_id, c.currency, c.due_date, c.document_date\n    having sum(c.open_minor) <> 0;\n    return null;\n",
                    hash="00a240d667bfaccb0dc328425b8e9615a2b9f164",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_note_changes_5038d",
                    referencing="REFERENCING OLD TABLE AS old_items  NEW TABLE AS new_items ",
                    table="receivables_open_item",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(sql=NOTE_ALL, reverse_sql=migrations.RunSQL.noop),
    ]
