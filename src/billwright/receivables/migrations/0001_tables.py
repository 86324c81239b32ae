"""Lay down the tables of receivables, with their constraints, indexes and triggers."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("receivables", "0001_initial"),
        ("receivables", "0002_matching_and_write_offs"),
        ("receivables", "0003_terms_in_parts"),
        ("receivables", "0004_wallets"),
        ("receivables", "0005_collection_items"),
        ("receivables", "0006_reconciliations"),
        ("receivables", "0007_match_keys_with_one_index"),
        ("receivables", "0008_remittance_advice_and_discounts"),
        ("receivables", "0009_money_between_companies_and_currencies"),
        ("receivables", "0010_receipts_seen_by_a_run"),
        ("receivables", "0011_overdue_kept_by_account"),
        ("receivables", "0012_match_queue_by_day"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("files", "0001_initial"),
        ("invoicing", "0001_tables"),
        ("payments", "0001_tables"),
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
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="open_items",
                                to="invoicing.invoice",
                            ),
                        ),
                        (
                            "part_no",
                            models.SmallIntegerField(
                                db_default=1, default=1, help_text="From 1, where a document is due in parts."
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
                            ),
                            models.UniqueConstraint(fields=("invoice", "part_no"), name="open_item_once_a_part"),
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
                        ("overdue_minor", models.BigIntegerField(db_default=0, default=0)),
                        ("last_due", models.DateField(null=True)),
                        ("next_due", models.DateField(null=True)),
                    ],
                    options={
                        "db_table": "receivables_account_sum",
                        "indexes": [
                            models.Index(fields=["open_minor", "account_id"], name="account_sum_by_open"),
                            models.Index(fields=["overdue_minor", "account_id"], name="account_sum_by_overdue"),
                            models.Index(fields=["next_due"], name="account_sum_by_next_due"),
                            models.Index(fields=["last_due"], name="account_sum_by_last_due"),
                        ],
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
                                    ("MATCHED", "Matched"),
                                    ("WRITTEN_OFF", "Written Off"),
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
                        (
                            "write_off",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="allocations",
                                to="receivables.writeoff",
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
                            models.Index(
                                condition=models.Q(("write_off__isnull", False)),
                                fields=["write_off"],
                                name="allocation_by_write_off",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_minor__gt", 0), ("reverses", None)),
                                    models.Q(("amount_minor__lt", 0), ("reverses__isnull", False)),
                                    _connector="OR",
                                ),
                                name="allocation_is_positive_or_reverses",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cash__isnull", False), ("credit_item", None), ("write_off", None)),
                                    models.Q(("cash", None), ("credit_item__isnull", False), ("write_off", None)),
                                    models.Q(("cash", None), ("credit_item", None), ("write_off__isnull", False)),
                                    _connector="OR",
                                ),
                                name="allocation_has_one_source",
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
                                choices=[
                                    ("REFUND", "Refund"),
                                    ("TRANSFER", "Transfer"),
                                    ("RETURN", "Return"),
                                    ("KEPT", "Kept"),
                                    ("WALLET", "Wallet"),
                                    ("CONVERT", "Convert"),
                                ],
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
                        (
                            "rate",
                            models.DecimalField(
                                decimal_places=12,
                                help_text="Of money changed: what one unit was worth.",
                                max_digits=24,
                                null=True,
                            ),
                        ),
                        ("rate_from", models.DateField(help_text="The day from which that rate holds.", null=True)),
                        (
                            "rate_source",
                            models.CharField(db_default="", default="", help_text="Who says so.", max_length=80),
                        ),
                        (
                            "to_entry_id",
                            models.BigIntegerField(
                                help_text="Of money that went to another company: the entry in its books.", null=True
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("rate", None), ("rate_from", None)),
                                    models.Q(("rate__gt", 0), ("rate_from__isnull", False)),
                                    _connector="OR",
                                ),
                                name="use_rate_has_a_day",
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
                migrations.CreateModel(
                    name="MatchItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.SmallIntegerField()),
                        ("amount_minor", models.BigIntegerField()),
                        ("write_off_minor", models.BigIntegerField(default=0)),
                        (
                            "open_item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receivables.openitem"
                            ),
                        ),
                        (
                            "proposal",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="receivables.matchproposal",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_match_item",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount_minor__gt", 0), ("write_off_minor__gte", 0)),
                                    models.Q(("amount_minor", 0), ("write_off_minor__gt", 0)),
                                    _connector="OR",
                                ),
                                name="match_item_is_positive",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="matchitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="82307707c949a8d04dc356a927c4f8a6c34180a5",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_77954",
                            table="receivables_match_item",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="MatchProposal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "amount_minor",
                            models.BigIntegerField(help_text="What was left of the piece when it was looked at."),
                        ),
                        ("value_date", models.DateField()),
                        ("target_on", models.DateField()),
                        ("owner", models.CharField(default="", max_length=80)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "Open"),
                                    ("ACCEPTED", "Accepted"),
                                    ("REJECTED", "Rejected"),
                                    ("REPLACED", "Replaced"),
                                    ("UNDONE", "Undone"),
                                ],
                                default="OPEN",
                                max_length=8,
                            ),
                        ),
                        ("evidence_kind", models.CharField(default="", max_length=40)),
                        ("evidence", models.JSONField(default=list)),
                        ("probability", models.DecimalField(decimal_places=4, default=0, max_digits=5)),
                        ("is_deciding", models.BooleanField(default=False)),
                        ("reason", models.CharField(default="", max_length=40)),
                        ("write_off_minor", models.BigIntegerField(default=0)),
                        (
                            "write_off_kind",
                            models.CharField(
                                choices=[
                                    ("SMALL_DIFFERENCE", "Small Difference"),
                                    ("BANK_FEE", "Bank Fee"),
                                    ("WITHHELD_TAX", "Withheld Tax"),
                                    ("EARLY_DISCOUNT", "Early Discount"),
                                    ("BAD_DEBT", "Bad Debt"),
                                ],
                                default="",
                                max_length=16,
                            ),
                        ),
                        ("run_key", models.CharField(max_length=60)),
                        ("made_by", models.CharField(max_length=80)),
                        ("made_at", models.DateTimeField()),
                        (
                            "decision",
                            models.CharField(
                                choices=[("AUTO", "Auto"), ("PERSON", "Person"), ("CHANGED", "Changed")],
                                default="",
                                max_length=7,
                            ),
                        ),
                        ("decided_by", models.CharField(default="", max_length=80)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("undone_at", models.DateTimeField(null=True)),
                        ("allocation_ids", models.JSONField(default=list)),
                        ("moved_cash_ids", models.JSONField(default=list)),
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
                            "cash",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="matches",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.payment",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_match_proposal",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "OPEN")),
                                fields=["legal_entity_id", "value_date", "id"],
                                name="match_queue",
                            ),
                            models.Index(fields=["payment", "-id"], name="match_by_payment"),
                            models.Index(
                                condition=models.Q(("state__in", ["OPEN", "REPLACED"]), _negated=True),
                                fields=["legal_entity_id", "evidence_kind"],
                                name="match_history",
                            ),
                            models.Index(fields=["run_key", "cash"], name="match_seen_by_run"),
                            models.Index(
                                condition=models.Q(("state", "OPEN")),
                                fields=["value_date", "id"],
                                name="match_queue_by_day",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "OPEN")), fields=("cash",), name="match_open_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("probability__gte", 0), ("probability__lte", 1)),
                                name="match_probability_is_a_share",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="matchproposal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACCEPTED:UNDONE,OPEN:ACCEPTED,OPEN:REJECTED,OPEN:REPLACED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="088dfa557d0f4b3af4091dcc76ec14dfb45aab2c",
                            operation="UPDATE",
                            pgid="pgtrigger_states_4c560",
                            table="receivables_match_proposal",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="matchproposal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="92c9f572f3c511786468eb5d88e6104593243dd8",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_742f1",
                            table="receivables_match_proposal",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="MatchRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("valid_from", models.DateField()),
                        ("tolerance_minor", models.BigIntegerField(null=True)),
                        ("tolerance_percent", models.DecimalField(decimal_places=4, max_digits=7, null=True)),
                        (
                            "withheld_percents",
                            models.JSONField(default=list, help_text="Rates of tax that payers keep back, as strings."),
                        ),
                        (
                            "prefer",
                            models.CharField(
                                choices=[("OLDEST", "Oldest"), ("NEWEST", "Newest")], default="OLDEST", max_length=6
                            ),
                        ),
                        ("is_deciding", models.BooleanField(default=False)),
                        ("precision_min", models.DecimalField(decimal_places=5, max_digits=6, null=True)),
                        ("history_min", models.IntegerField(default=200)),
                        ("target_days", models.IntegerField(default=2)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "discounts",
                            models.JSONField(
                                db_default=[],
                                default=list,
                                help_text="Early-payment terms: [percent of the total, days] each.",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_match_rule",
                        "indexes": [
                            models.Index(
                                fields=["legal_entity_id", "currency", "-valid_from", "-id"], name="match_rule_newest"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("tolerance_minor", None),
                                    models.Q(("tolerance_minor__gte", 0), ("tolerance_percent", None)),
                                    _connector="OR",
                                ),
                                name="match_tolerance_is_one",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("tolerance_percent", None),
                                    models.Q(("tolerance_percent__gte", 0), ("tolerance_percent__lte", 100)),
                                    _connector="OR",
                                ),
                                name="match_tolerance_is_a_share",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("precision_min", None),
                                    models.Q(("precision_min__gt", 0), ("precision_min__lt", 1)),
                                    _connector="OR",
                                ),
                                name="match_precision_is_a_share",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="matchrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="8c19996860058e56958db9b6ef66110f3b41e589",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_42d74",
                            table="receivables_match_rule",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PayerSign",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("BANK_ACCOUNT", "Bank Account"), ("NAME", "Name")], max_length=12
                            ),
                        ),
                        ("sign", models.CharField(max_length=200)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        ("forgotten_at", models.DateTimeField(null=True)),
                        ("forgotten_by", models.CharField(default="", max_length=80)),
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
                            "learned_from",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="signs",
                                to="receivables.matchproposal",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_payer_sign",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("forgotten_at", None)),
                                fields=["kind", "sign"],
                                name="payer_sign_known",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payersign",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="35904e0071174a8722a13eb4b020dfd72ed3a3ce",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_7304b",
                            table="receivables_payer_sign",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="WriteOff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("SMALL_DIFFERENCE", "Small Difference"),
                                    ("BANK_FEE", "Bank Fee"),
                                    ("WITHHELD_TAX", "Withheld Tax"),
                                    ("EARLY_DISCOUNT", "Early Discount"),
                                    ("BAD_DEBT", "Bad Debt"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("recorded_by", models.CharField(max_length=80)),
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
                            "payment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.payment",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_write_off",
                        "indexes": [
                            models.Index(fields=["legal_entity_id", "accounting_date", "id"], name="write_off_by_day"),
                            models.Index(fields=["account", "-id"], name="write_off_by_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="write_off_is_positive"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="writeoff",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="02506e2ba578a3b2c91776b16dc963d8b74b7be4",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_45cfd",
                            table="receivables_write_off",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="WalletLot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("bought_on", models.DateField()),
                        (
                            "expires_on",
                            models.DateField(
                                help_text="Not for documents of this day or later; none: never.", null=True
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        ("open_minor", models.BigIntegerField()),
                        ("entry_id", models.BigIntegerField()),
                        ("recorded_by", models.CharField(max_length=80)),
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
                            "cash",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="wallet_lots",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_wallet_lot",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("open_minor__gt", 0)),
                                fields=["account"],
                                name="wallet_lot_still_open",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_minor__gt", 0),
                                    ("open_minor__gte", 0),
                                    ("open_minor__lte", models.F("amount_minor")),
                                ),
                                name="wallet_lot_open_between_nothing_and_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_on", None), ("expires_on__gt", models.F("bought_on")), _connector="OR"
                                ),
                                name="wallet_lot_holds_a_day",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="walletlot",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="354678f0f3827fb611e2c45a1fecb046f449fa92",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_11ed5",
                            table="receivables_wallet_lot",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="WalletUse",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("DRAWN", "Drawn"), ("RETURNED", "Returned"), ("EXPIRED", "Expired")],
                                max_length=8,
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("entry_id", models.BigIntegerField()),
                        ("run_id", models.BigIntegerField(null=True)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "lot",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="uses",
                                to="receivables.walletlot",
                            ),
                        ),
                        (
                            "to_cash",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="came_of_wallet",
                                to="receivables.unallocatedcash",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_wallet_use",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="wallet_use_is_positive"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="walletuse",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="737b8c77f67a2bee78886ffc2223974a9f7cd53a",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_58c95",
                            table="receivables_wallet_use",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CollectionItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "collection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="payments.collection",
                            ),
                        ),
                        (
                            "hold",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receivables.hold"
                            ),
                        ),
                        (
                            "open_item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receivables.openitem"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_collection_item",
                        "constraints": [
                            models.UniqueConstraint(fields=("collection", "open_item"), name="collection_item_once"),
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="collection_item_is_positive"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collectionitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="5f9e4083a19c5e0b46bd37e6a8b330ffe5ac8348",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_b953f",
                            table="receivables_collection_item",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Reconciliation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=120)),
                        (
                            "content",
                            models.CharField(
                                choices=[
                                    ("OPEN_ITEMS", "Open Items"),
                                    ("MOVEMENTS", "Movements"),
                                    ("REMITTANCE", "Remittance"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("as_of", models.DateField()),
                        (
                            "since",
                            models.DateField(help_text="For movements: the first day; none: their first.", null=True),
                        ),
                        ("timing_days", models.SmallIntegerField(default=5)),
                        (
                            "state",
                            models.CharField(
                                choices=[("OPEN", "Open"), ("SIGNED_OFF", "Signed Off"), ("DISCARDED", "Discarded")],
                                default="OPEN",
                                max_length=10,
                            ),
                        ),
                        ("figures", models.JSONField(null=True)),
                        ("digest", models.CharField(default="", max_length=64)),
                        ("compared_at", models.DateTimeField(null=True)),
                        ("started_by", models.CharField(max_length=80)),
                        ("started_at", models.DateTimeField()),
                        ("signed_by", models.CharField(default="", max_length=80)),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("note", models.CharField(default="", max_length=400)),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.customer"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_reconciliation",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "SIGNED_OFF"), _negated=True),
                                    models.Q(
                                        ("figures__isnull", False),
                                        ("signed_at__isnull", False),
                                        models.Q(("signed_by", ""), _negated=True),
                                        models.Q(("digest", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="reconciliation_signed_is_whole",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:DISCARDED,OPEN:SIGNED_OFF}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="01d2e06ae735ba1d1606b643989b266aecdc32a1",
                            operation="UPDATE",
                            pgid="pgtrigger_states_5400f",
                            table="receivables_reconciliation",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliation",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="02bcc800508f8ad2d0ee71382b09acf2c816392d",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_79852",
                            table="receivables_reconciliation",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ReconciliationAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "reconciliation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="accounts",
                                to="receivables.reconciliation",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_reconciliation_account",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("reconciliation", "account"), name="reconciliation_account_once"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliationaccount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="264da9cc2ee7b19d644ab8ff518bfbcbf28ed902",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_0d220",
                            table="receivables_reconciliation_account",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ReconciliationFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("headings", models.JSONField()),
                        ("columns", models.JSONField()),
                        ("is_confirmed", models.BooleanField(default=False)),
                        ("row_count", models.IntegerField()),
                        (
                            "skipped_rows",
                            models.JSONField(
                                default=list, help_text="Rows that are neither a document nor a payment: totals."
                            ),
                        ),
                        ("added_by", models.CharField(max_length=80)),
                        ("added_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "reconciliation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="files",
                                to="receivables.reconciliation",
                            ),
                        ),
                        (
                            "stored_file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_reconciliation_file",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliationfile",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_when_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if exists (\n        select 1 from receivables_reconciliation as r\n         where r.id = coalesce(new.reconciliation_id, old.reconciliation_id) and r.state = 'SIGNED_OFF'\n    ) then\n        raise exception 'the reconciliation is signed off' using errcode = 'BW002';\n    end if;\n    return coalesce(new, old);\n",
                            hash="dc527da547f04b6d7dfe58c67189c040b84811b1",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_when_signed_7e7b5",
                            table="receivables_reconciliation_file",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ReconciliationLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("AGREED", "Agreed"),
                                    ("MISSING_AT_THEM", "Missing At Them"),
                                    ("MISSING_AT_US", "Missing At Us"),
                                    ("AMOUNT_DIFFERS", "Amount Differs"),
                                    ("SHORT_PAYMENT", "Short Payment"),
                                    ("UNKNOWN_PAYMENT", "Unknown Payment"),
                                    ("RECEIPT_NOT_AT_THEM", "Receipt Not At Them"),
                                    ("TIMING", "Timing"),
                                    ("LISTED_TWICE", "Listed Twice"),
                                ],
                                max_length=19,
                            ),
                        ),
                        ("account_id", models.BigIntegerField(null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("their_line_id", models.BigIntegerField(null=True)),
                        ("their_number", models.CharField(default="", max_length=80)),
                        ("their_date", models.DateField(null=True)),
                        ("their_text", models.CharField(default="", max_length=200)),
                        ("theirs_minor", models.BigIntegerField()),
                        (
                            "our_key",
                            models.CharField(default="", help_text="invoice:ID, cash:ID or refund:ID.", max_length=40),
                        ),
                        ("our_number", models.CharField(default="", max_length=80)),
                        ("our_date", models.DateField(null=True)),
                        ("ours_minor", models.BigIntegerField()),
                        ("difference_minor", models.BigIntegerField()),
                        ("explanation", models.CharField(default="", max_length=200)),
                        ("explained_by", models.CharField(default="", max_length=80)),
                        ("explained_at", models.DateTimeField(null=True)),
                        (
                            "reconciliation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="receivables.reconciliation",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_reconciliation_line",
                        "indexes": [
                            models.Index(fields=["reconciliation", "kind", "id"], name="reconciliation_line_by_kind")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="reconciliationline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_when_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if exists (\n        select 1 from receivables_reconciliation as r\n         where r.id = coalesce(new.reconciliation_id, old.reconciliation_id) and r.state = 'SIGNED_OFF'\n    ) then\n        raise exception 'the reconciliation is signed off' using errcode = 'BW002';\n    end if;\n    return coalesce(new, old);\n",
                            hash="6807a1d6ecdeaf85d990537a157bd83052b92ed9",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_when_signed_fed38",
                            table="receivables_reconciliation_line",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="TheirColumns",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("headings", models.JSONField()),
                        ("columns", models.JSONField()),
                        ("saved_by", models.CharField(max_length=80)),
                        ("saved_at", models.DateTimeField()),
                        (
                            "customer",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.customer"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_their_columns",
                        "indexes": [models.Index(fields=["customer", "-id"], name="their_columns_newest")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="theircolumns",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="e95673900449d8c2310cf6aba956a8f0be8f5bc4",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_df885",
                            table="receivables_their_columns",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="TheirLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("row", models.IntegerField()),
                        ("number", models.CharField(default="", max_length=80)),
                        ("dated_on", models.DateField(null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        ("text", models.CharField(default="", max_length=200)),
                        (
                            "account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="receivables.reconciliationfile",
                            ),
                        ),
                        (
                            "reconciliation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="receivables.reconciliation",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_their_line",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="theirline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen_when_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if exists (\n        select 1 from receivables_reconciliation as r\n         where r.id = coalesce(new.reconciliation_id, old.reconciliation_id) and r.state = 'SIGNED_OFF'\n    ) then\n        raise exception 'the reconciliation is signed off' using errcode = 'BW002';\n    end if;\n    return coalesce(new, old);\n",
                            hash="67a752cd59171352cabd6ac673d8368febecf3e0",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_when_signed_01a07",
                            table="receivables_their_line",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="MatchKey",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "key",
                                "kind",
                                "open_item_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("key", models.CharField(max_length=80)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("NUMBER", "Number"), ("DIGITS", "Digits"), ("REFERENCE", "Reference")],
                                max_length=9,
                            ),
                        ),
                        ("open_item_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "receivables_match_key",
                    },
                ),
                migrations.CreateModel(
                    name="RemittanceAdvice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("name", models.CharField(max_length=200)),
                        ("format", models.CharField(max_length=12)),
                        ("reference", models.CharField(default="", max_length=200)),
                        ("payer", models.CharField(default="", max_length=200)),
                        ("currency", models.CharField(max_length=3)),
                        ("total_minor", models.BigIntegerField()),
                        ("paid_on", models.DateField(null=True)),
                        ("faults", models.TextField(default="")),
                        ("taken_by", models.CharField(max_length=80)),
                        ("taken_at", models.DateTimeField()),
                        (
                            "payment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.payment",
                            ),
                        ),
                        (
                            "stored_file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_remittance_advice",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("payment", None)),
                                fields=["legal_entity_id", "currency", "total_minor"],
                                name="remittance_waits",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("legal_entity_id", "sha256"), name="remittance_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="remittanceadvice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="1d1e1cbda18d3c997dc36aa4a0fff952af9e321c",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_175a7",
                            table="receivables_remittance_advice",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RemittanceLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.IntegerField()),
                        ("document", models.CharField(max_length=60)),
                        ("amount_minor", models.BigIntegerField()),
                        ("deduction_minor", models.BigIntegerField(default=0)),
                        ("reason", models.CharField(default="", max_length=200)),
                        (
                            "advice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="receivables.remittanceadvice",
                            ),
                        ),
                        (
                            "open_item",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="receivables.openitem",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_remittance_line",
                        "constraints": [
                            models.UniqueConstraint(fields=("advice", "place"), name="remittance_line_once"),
                            models.CheckConstraint(
                                condition=models.Q(("deduction_minor__gte", 0)),
                                name="remittance_deduction_is_not_negative",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="remittanceline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="bbf84b922db3df2ca948b3b020394aa7df7a52cc",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_2562f",
                            table="receivables_remittance_line",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
