"""Lay down the tables of receivables, with their constraints, indexes and triggers."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("invoicing", "0001_initial"),
        ("payments", "0001_initial"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="OpenItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        (
                            "claim_class",
                            models.CharField(
                                choices=[("PRINCIPAL", "Principal"), ("INTEREST", "Interest"), ("COSTS", "Costs")],
                                default="PRINCIPAL",
                                max_length=9,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("document_date", models.DateField()),
                        ("due_date", models.DateField()),
                        ("accounting_date", models.DateField()),
                        ("amount_minor", models.BigIntegerField()),
                        ("open_minor", models.BigIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "invoice",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="open_item",
                                to="invoicing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_open_item",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("open_minor", 0), _negated=True),
                                fields=["account", "due_date"],
                                include=("open_minor", "currency", "document_date"),
                                name="items_still_open",
                            ),
                            models.Index(fields=["account", "-document_date", "-id"], name="item_by_account"),
                            models.Index(
                                condition=models.Q(("open_minor", 0), _negated=True),
                                fields=["legal_entity_id", "due_date"],
                                include=(
                                    "id",
                                    "account_id",
                                    "currency",
                                    "document_date",
                                    "accounting_date",
                                    "recorded_at",
                                    "open_minor",
                                ),
                                name="open_item_by_age",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("amount_minor__gte", 0),
                                        ("open_minor__gte", 0),
                                        ("open_minor__lte", models.F("amount_minor")),
                                    ),
                                    models.Q(
                                        ("amount_minor__lt", 0),
                                        ("open_minor__gte", models.F("amount_minor")),
                                        ("open_minor__lte", 0),
                                    ),
                                    _connector="OR",
                                ),
                                name="open_between_nothing_and_amount",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="openitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="588bbd05b623b847381be47b95bfd296516e2516",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_c61f6",
                            table="receivables_open_item",
                            when="BEFORE",
                        ),
                    ),
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
                migrations.CreateModel(
                    name="OpenChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
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
                    name="UnallocatedCash",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("value_date", models.DateField()),
                        ("accounting_date", models.DateField()),
                        ("amount_minor", models.BigIntegerField()),
                        ("open_minor", models.BigIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="pieces",
                                to="payments.payment",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_unallocated_cash",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("open_minor__gt", 0)),
                                fields=["account", "value_date"],
                                name="cash_still_unallocated",
                            ),
                            models.Index(fields=["account", "-id"], name="cash_by_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_minor__gt", 0),
                                    ("open_minor__gte", 0),
                                    ("open_minor__lte", models.F("amount_minor")),
                                ),
                                name="cash_open_between_nothing_and_amount",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="unallocatedcash",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="efc76eb870c70f5619b66d8ce979ee9bf5244054",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_47116",
                            table="receivables_unallocated_cash",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Allocation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("account_id", models.BigIntegerField(help_text="The target item's account.")),
                        ("amount_minor", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "policy",
                            models.CharField(
                                choices=[
                                    ("OLDEST_FIRST", "Oldest First"),
                                    ("STATED_BY_CUSTOMER", "Stated By Customer"),
                                    ("COSTS_INTEREST_PRINCIPAL", "Costs Interest Principal"),
                                    ("BY_HAND", "By Hand"),
                                    ("BILL_RUN", "Bill Run"),
                                    ("IMPORTED", "Imported"),
                                ],
                                max_length=24,
                            ),
                        ),
                        ("accounting_date", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        (
                            "entry_id",
                            models.BigIntegerField(
                                help_text="None: both sides stand in the same control account.", null=True
                            ),
                        ),
                        ("run_id", models.BigIntegerField(null=True)),
                        (
                            "reverses",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="receivables.allocation",
                            ),
                        ),
                        (
                            "credit_item",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_allocations",
                                to="receivables.openitem",
                            ),
                        ),
                        (
                            "open_item",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="receivables.openitem",
                            ),
                        ),
                        (
                            "cash",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_allocation",
                        "indexes": [
                            models.Index(fields=["open_item"], name="allocation_by_item"),
                            models.Index(
                                condition=models.Q(("cash__isnull", False)), fields=["cash"], name="allocation_by_cash"
                            ),
                            models.Index(
                                condition=models.Q(("credit_item__isnull", False)),
                                fields=["credit_item"],
                                name="allocation_by_credit",
                            ),
                            models.Index(fields=["account_id", "-id"], name="allocation_by_account"),
                            models.Index(fields=["accounting_date"], name="allocation_by_date"),
                            django.contrib.postgres.indexes.BrinIndex(
                                fields=["recorded_at"], name="allocation_by_time"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cash__isnull", False), ("credit_item", None)),
                                    models.Q(("cash", None), ("credit_item__isnull", False)),
                                    _connector="OR",
                                ),
                                name="allocation_has_one_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_minor__gt", 0), ("reverses", None)),
                                    models.Q(("amount_minor__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="allocation_is_positive_or_reverses",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="allocation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="8db4a1208c49ec7b5abdff116047cc16178ca1b6",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_b7143",
                            table="receivables_allocation",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="SourceUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("account_id", models.BigIntegerField(null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("REFUND", "Refund"), ("TRANSFER", "Transfer"), ("RETURN", "Return")],
                                max_length=8,
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("accounting_date", models.DateField()),
                        ("entry_id", models.BigIntegerField()),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "credit_item",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="receivables.openitem",
                            ),
                        ),
                        (
                            "refund",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="payments.refund",
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="receivables.sourceuse",
                            ),
                        ),
                        (
                            "cash",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                        (
                            "to_cash",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="came_by",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_source_use",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cash__isnull", False), ("credit_item", None)),
                                    models.Q(("cash", None), ("credit_item__isnull", False)),
                                    _connector="OR",
                                ),
                                name="use_has_one_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_minor__gt", 0), ("reverses", None)),
                                    models.Q(("amount_minor__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="use_is_positive_or_reverses",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sourceuse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="1067f29c43fd9f06623742ab133637c6c740796d",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_01851",
                            table="receivables_source_use",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Hold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "reason",
                            models.CharField(
                                choices=[
                                    ("DISPUTE", "Dispute"),
                                    ("PROMISE", "Promise"),
                                    ("PAYMENT_PLAN", "Payment Plan"),
                                    ("PAYMENT_IN_CLEARING", "Payment In Clearing"),
                                    ("INSOLVENCY", "Insolvency"),
                                    ("MANUAL", "Manual"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField(help_text="None: all of it.", null=True)),
                        ("source", models.CharField(default="", max_length=80)),
                        ("note", models.CharField(default="", max_length=200)),
                        ("valid_from", models.DateField()),
                        ("valid_until", models.DateField(help_text="Exclusive; none: until released.", null=True)),
                        ("placed_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        ("superseded_at", models.DateTimeField(null=True)),
                        ("superseded_by", models.CharField(default="", max_length=80)),
                        (
                            "open_item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="holds",
                                to="receivables.openitem",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_hold",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("superseded_at", None)), fields=["open_item"], name="hold_in_force"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor", None), ("amount_minor__gt", 0), _connector="OR"),
                                name="hold_is_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                                ),
                                name="hold_period_is_not_negative",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="hold",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="530d15586e71499fd88f0319450847428325f95a",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_13389",
                            table="receivables_hold",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
