"""Add write-offs as a source of allocations, and the tables of matching."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_account_index_for_lists"),
        ("payments", "0001_initial"),
        ("receivables", "0001_initial"),
    ]

    operations = [
        LayDown(
            [
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
                    ],
                    options={
                        "db_table": "receivables_match_item",
                    },
                ),
                migrations.CreateModel(
                    name="MatchKey",
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
                                choices=[("NUMBER", "Number"), ("DIGITS", "Digits"), ("REFERENCE", "Reference")],
                                max_length=9,
                            ),
                        ),
                        ("key", models.CharField(max_length=80)),
                        ("open_item_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "receivables_match_key",
                    },
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
                    ],
                    options={
                        "db_table": "receivables_match_proposal",
                    },
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
                    ],
                    options={
                        "db_table": "receivables_match_rule",
                    },
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
                    ],
                    options={
                        "db_table": "receivables_payer_sign",
                    },
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
                    ],
                    options={
                        "db_table": "receivables_write_off",
                    },
                ),
                migrations.RemoveConstraint(
                    model_name="allocation",
                    name="allocation_has_one_source",
                ),
                migrations.AlterField(
                    model_name="allocation",
                    name="policy",
                    field=models.CharField(
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
                migrations.AlterField(
                    model_name="sourceuse",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("REFUND", "Refund"),
                            ("TRANSFER", "Transfer"),
                            ("RETURN", "Return"),
                            ("KEPT", "Kept"),
                        ],
                        max_length=8,
                    ),
                ),
                migrations.AddField(
                    model_name="matchitem",
                    name="open_item",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receivables.openitem"
                    ),
                ),
                migrations.AddIndex(
                    model_name="matchkey",
                    index=models.Index(fields=["key"], name="match_key_found"),
                ),
                migrations.AddConstraint(
                    model_name="matchkey",
                    constraint=models.UniqueConstraint(fields=("open_item_id", "kind", "key"), name="match_key_once"),
                ),
                migrations.AddField(
                    model_name="matchproposal",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.billingaccount",
                    ),
                ),
                migrations.AddField(
                    model_name="matchproposal",
                    name="cash",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="receivables.unallocatedcash",
                    ),
                ),
                migrations.AddField(
                    model_name="matchproposal",
                    name="payment",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.payment",
                    ),
                ),
                migrations.AddField(
                    model_name="matchitem",
                    name="proposal",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="receivables.matchproposal",
                    ),
                ),
                migrations.AddIndex(
                    model_name="matchrule",
                    index=models.Index(
                        fields=["legal_entity_id", "currency", "-valid_from", "-id"], name="match_rule_newest"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchrule",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("tolerance_minor", None),
                            models.Q(("tolerance_minor__gte", 0), ("tolerance_percent", None)),
                            _connector="OR",
                        ),
                        name="match_tolerance_is_one",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchrule",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("tolerance_percent", None),
                            models.Q(("tolerance_percent__gte", 0), ("tolerance_percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="match_tolerance_is_a_share",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchrule",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("precision_min", None),
                            models.Q(("precision_min__gt", 0), ("precision_min__lt", 1)),
                            _connector="OR",
                        ),
                        name="match_precision_is_a_share",
                    ),
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
                migrations.AddField(
                    model_name="payersign",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.billingaccount",
                    ),
                ),
                migrations.AddField(
                    model_name="payersign",
                    name="learned_from",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signs",
                        to="receivables.matchproposal",
                    ),
                ),
                migrations.AddField(
                    model_name="writeoff",
                    name="account",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.billingaccount",
                    ),
                ),
                migrations.AddField(
                    model_name="writeoff",
                    name="payment",
                    field=models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.payment"
                    ),
                ),
                migrations.AddField(
                    model_name="allocation",
                    name="write_off",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="receivables.writeoff",
                    ),
                ),
                migrations.AddIndex(
                    model_name="allocation",
                    index=models.Index(
                        condition=models.Q(("write_off__isnull", False)),
                        fields=["write_off"],
                        name="allocation_by_write_off",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="allocation",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cash__isnull", False), ("credit_item", None), ("write_off", None)),
                            models.Q(("cash", None), ("credit_item__isnull", False), ("write_off", None)),
                            models.Q(("cash", None), ("credit_item", None), ("write_off__isnull", False)),
                            _connector="OR",
                        ),
                        name="allocation_has_one_source",
                    ),
                ),
                migrations.AddIndex(
                    model_name="matchproposal",
                    index=models.Index(
                        condition=models.Q(("state", "OPEN")),
                        fields=["legal_entity_id", "value_date", "id"],
                        name="match_queue",
                    ),
                ),
                migrations.AddIndex(
                    model_name="matchproposal",
                    index=models.Index(fields=["payment", "-id"], name="match_by_payment"),
                ),
                migrations.AddIndex(
                    model_name="matchproposal",
                    index=models.Index(
                        condition=models.Q(("state__in", ["OPEN", "REPLACED"]), _negated=True),
                        fields=["legal_entity_id", "evidence_kind"],
                        name="match_history",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchproposal",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state", "OPEN")), fields=("cash",), name="match_open_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="matchproposal",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("probability__gte", 0), ("probability__lte", 1)),
                        name="match_probability_is_a_share",
                    ),
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
                migrations.AddConstraint(
                    model_name="matchitem",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount_minor__gt", 0), ("write_off_minor__gte", 0)),
                            models.Q(("amount_minor", 0), ("write_off_minor__gt", 0)),
                            _connector="OR",
                        ),
                        name="match_item_is_positive",
                    ),
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
                migrations.AddIndex(
                    model_name="payersign",
                    index=models.Index(
                        condition=models.Q(("forgotten_at", None)), fields=["kind", "sign"], name="payer_sign_known"
                    ),
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
                migrations.AddIndex(
                    model_name="writeoff",
                    index=models.Index(fields=["legal_entity_id", "accounting_date", "id"], name="write_off_by_day"),
                ),
                migrations.AddIndex(
                    model_name="writeoff",
                    index=models.Index(fields=["account", "-id"], name="write_off_by_account"),
                ),
                migrations.AddConstraint(
                    model_name="writeoff",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="write_off_is_positive"
                    ),
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
            ]
        )
    ]
