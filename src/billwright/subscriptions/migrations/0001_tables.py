"""Lay down the tables of subscriptions, with their constraints, indexes and triggers."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("subscriptions", "0001_initial"),
        ("subscriptions", "0003_contract_kinds"),
        ("subscriptions", "0004_own_references"),
        ("subscriptions", "0005_index_for_plans_in_service"),
        ("subscriptions", "0006_beginnings_found"),
        ("subscriptions", "0007_closed_periods"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="BillingGrid",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "interval_unit",
                            models.CharField(
                                choices=[("MONTH", "Month"), ("DAY", "Day"), ("ONCE", "Once")], max_length=6
                            ),
                        ),
                        ("interval_count", models.SmallIntegerField()),
                        ("anchor_day", models.SmallIntegerField(default=1)),
                        ("phase", models.SmallIntegerField(default=0)),
                        ("filled_until", models.DateField(help_text="Periods exist for every day before this one.")),
                    ],
                    options={
                        "db_table": "subscriptions_billing_grid",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("interval_unit", "interval_count", "anchor_day", "phase"),
                                name="billing_grid_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="GridPeriod",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "grid_id", "starts_on", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("starts_on", models.DateField()),
                        ("ends_before", models.DateField()),
                        ("day_count", models.SmallIntegerField()),
                        (
                            "grid",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="periods",
                                to="subscriptions.billinggrid",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_grid_period",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_before__gt", models.F("starts_on"))),
                                name="grid_period_not_empty",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("signed_on", models.DateField(null=True)),
                        ("starts_on", models.DateField()),
                        ("ends_before", models.DateField(null=True)),
                        ("version", models.IntegerField(default=1)),
                        ("created_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contracts",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("CONTRACT", "Contract"), ("AGREEMENT", "Agreement"), ("ORDER", "Order")],
                                db_default="CONTRACT",
                                default="CONTRACT",
                                max_length=9,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_contract",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="342bad43698453f073b3b62dfd283145fcb2e0bd",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_0844b",
                            table="subscriptions_contract",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ContractVersion",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version_no", models.SmallIntegerField()),
                        ("valid_from", models.DateField()),
                        ("file_id", models.BigIntegerField(help_text="The stored document.", null=True)),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="subscriptions.contract",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_contract_version",
                        "constraints": [
                            models.UniqueConstraint(fields=("contract", "version_no"), name="contract_version_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contractversion",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="c2787634958f93a76d70afb30b9e92df79a5fd31",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_20e14",
                            table="subscriptions_contract_version",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ContractClause",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=20)),
                        ("text", models.TextField()),
                        (
                            "parameter",
                            models.CharField(
                                default="", help_text="Such as price, quantity, notice_days.", max_length=60
                            ),
                        ),
                        ("charge_code", models.CharField(default="", max_length=40)),
                        ("value", models.CharField(default="", max_length=80)),
                        (
                            "contract_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="clauses",
                                to="subscriptions.contractversion",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_contract_clause",
                        "constraints": [
                            models.UniqueConstraint(fields=("contract_version", "number"), name="clause_number_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contractclause",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="fda3a3055b6f19c44ebcbe231be30a0bb6fa914e",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_cfee3",
                            table="subscriptions_contract_clause",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Subscription",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=40, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PENDING", "Pending"),
                                    ("ACTIVE", "Active"),
                                    ("PAUSED", "Paused"),
                                    ("ENDING", "Ending"),
                                    ("ENDED", "Ended"),
                                ],
                                default="PENDING",
                                max_length=8,
                            ),
                        ),
                        ("quantity", models.DecimalField(decimal_places=6, max_digits=24)),
                        (
                            "description",
                            models.CharField(
                                default="", help_text="Printed on lines: a domain, a phone number.", max_length=200
                            ),
                        ),
                        ("reference", models.CharField(default="", max_length=80)),
                        ("ordered_on", models.DateField()),
                        (
                            "starts_on",
                            models.DateField(help_text="First day of service: set by the activation.", null=True),
                        ),
                        ("ends_before", models.DateField(null=True)),
                        ("cancel_reason", models.CharField(db_default="", default="", max_length=200)),
                        ("version", models.IntegerField(default=1)),
                        ("created_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscriptions",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.plan"
                            ),
                        ),
                        (
                            "cycle_day",
                            models.SmallIntegerField(
                                help_text="Agreed at its start, instead of its account's.", null=True
                            ),
                        ),
                        ("notice_days", models.SmallIntegerField(db_default=0, default=0)),
                        (
                            "pause_percent",
                            models.DecimalField(
                                db_default=0,
                                decimal_places=6,
                                default=0,
                                help_text="Of recurring charges, while it is paused.",
                                max_digits=9,
                            ),
                        ),
                        (
                            "renews",
                            models.BooleanField(
                                db_default=True, default=True, help_text="A new term begins where the last one ends."
                            ),
                        ),
                        (
                            "started_at",
                            models.DateTimeField(
                                help_text="The instant of its start, where seconds are counted.", null=True
                            ),
                        ),
                        ("term_ends", models.DateField(help_text="The present term ends before this day.", null=True)),
                        (
                            "term_months",
                            models.SmallIntegerField(db_default=0, default=0, help_text="Minimum term; 0: none."),
                        ),
                        (
                            "trial_until",
                            models.DateField(help_text="Recurring charges are free before this day.", null=True),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subscriptions",
                                to="subscriptions.contract",
                            ),
                        ),
                        (
                            "addon_of",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addons",
                                to="subscriptions.subscription",
                            ),
                        ),
                        ("billed_to", models.DateField(help_text="Billed elsewhere before this day.", null=True)),
                        (
                            "cycle_from",
                            models.DateField(
                                help_text="Agreed at its start: a day that its periods run through.", null=True
                            ),
                        ),
                        (
                            "cost_center",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="Of its lines, instead of its account's.",
                                max_length=60,
                            ),
                        ),
                        (
                            "purchase_order",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="Of its lines, instead of its account's.",
                                max_length=60,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_subscription",
                        "indexes": [
                            models.Index(fields=["account", "id"], name="subscription_by_account"),
                            models.Index(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=["reference"],
                                name="subscription_by_reference",
                            ),
                            models.Index(
                                condition=models.Q(("cost_center", ""), ("purchase_order", ""), _negated=True),
                                fields=["account"],
                                name="subscription_with_references",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["ACTIVE", "ENDING"])),
                                fields=["plan"],
                                name="subscription_in_service",
                            ),
                            models.Index(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("number"), "text_pattern_ops"
                                ),
                                name="subscription_by_number_typed",
                            ),
                            models.Index(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("description"), "text_pattern_ops"
                                ),
                                name="subscription_by_description",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_before", None),
                                    ("starts_on", None),
                                    ("ends_before__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="subscription_ends_after_its_start",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0)), name="subscription_quantity_is_positive"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscription",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACTIVE:ENDED,ACTIVE:ENDING,ACTIVE:PAUSED,ENDING:ACTIVE,ENDING:ENDED,PAUSED:ACTIVE,PAUSED:ENDED,PAUSED:ENDING,PENDING:ACTIVE,PENDING:ENDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="1d71930e36be5c6b4be501897ba97f9b9eeb87a2",
                            operation="UPDATE",
                            pgid="pgtrigger_states_0f5b4",
                            table="subscriptions_subscription",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscription",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="136b53ca43a4d69605d92d4e706ff740411d6af6",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_01025",
                            table="subscriptions_subscription",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="SubscriptionChange",
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
                                    ("START", "Start"),
                                    ("PLAN", "Plan"),
                                    ("QUANTITY", "Quantity"),
                                    ("PAUSE", "Pause"),
                                    ("RESUME", "Resume"),
                                    ("CYCLE_DAY", "Cycle Day"),
                                    ("CANCEL", "Cancel"),
                                ],
                                max_length=9,
                            ),
                        ),
                        ("effective_from", models.DateField()),
                        (
                            "effective_at",
                            models.DateTimeField(help_text="The instant, where seconds are counted.", null=True),
                        ),
                        ("quantity", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        ("pause_percent", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                        ("cycle_day", models.SmallIntegerField(null=True)),
                        (
                            "charge_days",
                            models.JSONField(
                                help_text="{plan charge: day}: where each takes the cycle day, or ends though it is forfeited.",
                                null=True,
                            ),
                        ),
                        (
                            "unused",
                            models.CharField(
                                default="", help_text="Of a cancellation: credit, refund or forfeit.", max_length=7
                            ),
                        ),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "in_force",
                            models.BooleanField(
                                default=False, help_text="Its day has come, and the subscription's row shows it."
                            ),
                        ),
                        (
                            "refunded_at",
                            models.DateTimeField(
                                help_text="What was paid for the unused time was paid back.", null=True
                            ),
                        ),
                        ("withdrawn_by", models.CharField(default="", max_length=80)),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "plan",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.plan",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="subscriptions.subscription",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_change",
                        "indexes": [
                            models.Index(fields=["subscription", "id"], name="subscription_change_by_subject"),
                            models.Index(
                                condition=models.Q(("in_force", False), ("withdrawn_at", None)),
                                fields=["effective_from"],
                                name="subscription_change_due",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionchange",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="9c533d5a39dd35a0fc6dd4367f766fe5e4907ec5",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_542c6",
                            table="subscriptions_change",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="SubscriptionItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("quantity", models.DecimalField(decimal_places=6, max_digits=24)),
                        ("effective_from", models.DateField()),
                        ("effective_to", models.DateField(null=True)),
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
                            "grid",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="subscriptions.billinggrid",
                            ),
                        ),
                        (
                            "payer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "plan_charge",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.plancharge",
                            ),
                        ),
                        (
                            "price",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.price",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="subscriptions.subscription",
                            ),
                        ),
                        (
                            "clause",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="Contract, version and clause that set it.",
                                max_length=80,
                            ),
                        ),
                        (
                            "free_until",
                            models.DateField(help_text="Days before this one are a trial and cost nothing.", null=True),
                        ),
                        (
                            "from_seconds",
                            models.IntegerField(
                                db_default=0, default=0, help_text="It begins so long after `effective_from` begins."
                            ),
                        ),
                        (
                            "share_percent",
                            models.DecimalField(
                                db_default=100,
                                decimal_places=6,
                                default=100,
                                help_text="Of its price: less while paused.",
                                max_digits=9,
                            ),
                        ),
                        (
                            "to_seconds",
                            models.IntegerField(
                                db_default=0, default=0, help_text="It ends so long before `effective_to` begins."
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_item",
                        "indexes": [
                            models.Index(fields=["payer", "id"], name="subscription_item_by_payer"),
                            models.Index(fields=["account", "id"], name="subscription_item_by_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("effective_to", None),
                                    ("effective_to__gte", models.F("effective_from")),
                                    _connector="OR",
                                ),
                                name="item_ends_after_its_start",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="subscriptionitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="080fdce4cec5dda919c2bebc1b18d732b1d33fff",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_38d72",
                            table="subscriptions_item",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="BillingMark",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "payer_id", "item_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("payer_id", models.BigIntegerField()),
                        ("billed_through", models.DateField(help_text="Billed for every day before this one.")),
                        ("claim_no", models.IntegerField(default=0)),
                        ("run_id", models.BigIntegerField(null=True)),
                        (
                            "item",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mark",
                                to="subscriptions.subscriptionitem",
                            ),
                        ),
                        (
                            "closed_through",
                            models.DateField(
                                help_text="Held against its minimums for every day before this one; none: for no day yet.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_billing_mark",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="billingmark",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="746a33a4e3da9d8a61c9e281f0f7687ddf08c996",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_8a3b9",
                            table="subscriptions_billing_mark",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="BillingHold",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=200)),
                        ("valid_from", models.DateField()),
                        ("valid_until", models.DateField(null=True)),
                        ("placed_by", models.CharField(max_length=80)),
                        ("placed_at", models.DateTimeField()),
                        ("released_by", models.CharField(default="", max_length=80)),
                        ("released_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="billing_holds",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="billing_holds",
                                to="subscriptions.subscription",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "subscriptions_billing_hold",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("released_at", None)),
                                fields=["account"],
                                name="billing_hold_by_account",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
