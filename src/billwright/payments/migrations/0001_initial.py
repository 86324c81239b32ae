"""Lay down the tables of payments, with their constraints, indexes and triggers."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("files", "0001_initial"),
        ("org", "0001_initial"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="Payment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(default="", max_length=40)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("BANK_TRANSFER", "Bank Transfer"),
                                    ("DIRECT_DEBIT", "Direct Debit"),
                                    ("CARD", "Card"),
                                    ("WALLET", "Wallet"),
                                    ("CHEQUE", "Cheque"),
                                    ("CASH", "Cash"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("reference", models.CharField(default="", max_length=140)),
                        ("text", models.CharField(default="", max_length=400)),
                        (
                            "payer_name",
                            models.CharField(
                                default="", help_text="Who paid, where it is not the customer.", max_length=200
                            ),
                        ),
                        ("value_date", models.DateField()),
                        ("accounting_date", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("RECEIVED", "Received"), ("RETURNED", "Returned")],
                                default="RECEIVED",
                                max_length=8,
                            ),
                        ),
                        ("entry_id", models.BigIntegerField()),
                        ("source", models.CharField(max_length=40)),
                        ("source_key", models.CharField(max_length=140)),
                        ("recorded_by", models.CharField(max_length=80)),
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
                            "bank_account",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.ownbankaccount",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_payment",
                        "indexes": [
                            models.Index(fields=["account", "-value_date", "-id"], name="payment_by_account"),
                            models.Index(fields=["legal_entity", "-value_date", "-id"], name="payment_by_entity"),
                            models.Index(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=["reference"],
                                name="payment_by_reference",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "source_key"), name="payment_recorded_once"),
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="payment_is_positive"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{RECEIVED:RETURNED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="35a8324e704bb6efa207f861c6ff65875e7735d0",
                            operation="UPDATE",
                            pgid="pgtrigger_states_92506",
                            table="payments_payment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="1c1671c72c0014f9d51bd8594417ea6ee834fa2f",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_a4ca3",
                            table="payments_payment",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PaymentReturn",
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
                                choices=[("RETURNED", "Returned"), ("RECORDED_WRONGLY", "Recorded Wrongly")],
                                max_length=16,
                            ),
                        ),
                        ("reason_code", models.CharField(default="", max_length=20)),
                        ("reason", models.CharField(max_length=200)),
                        ("value_date", models.DateField()),
                        ("accounting_date", models.DateField()),
                        ("entry_id", models.BigIntegerField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "payment",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="undoing",
                                to="payments.payment",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_return",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentreturn",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="6cf97ccdb36481684f9bd6070f0a2950ac93e0ce",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_546e4",
                            table="payments_return",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Refund",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(default="", max_length=40)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("BANK_TRANSFER", "Bank Transfer"),
                                    ("DIRECT_DEBIT", "Direct Debit"),
                                    ("CARD", "Card"),
                                    ("WALLET", "Wallet"),
                                    ("CHEQUE", "Cheque"),
                                    ("CASH", "Cash"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("reference", models.CharField(default="", max_length=140)),
                        ("value_date", models.DateField()),
                        ("accounting_date", models.DateField()),
                        ("entry_id", models.BigIntegerField()),
                        ("reason", models.CharField(max_length=200)),
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
                            "legal_entity",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="refunds",
                                to="payments.payment",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_refund",
                        "indexes": [models.Index(fields=["account", "-value_date", "-id"], name="refund_by_account")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="refund_is_positive"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="refund",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="72117320bd713bcee490da9d6ee54867d01b37d8",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_ae50a",
                            table="payments_refund",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="BankStatementFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("sha256", models.CharField(max_length=64)),
                        ("format", models.CharField(default="", max_length=12)),
                        (
                            "state",
                            models.CharField(
                                choices=[("TAKEN", "Taken"), ("QUARANTINED", "Quarantined")], max_length=11
                            ),
                        ),
                        ("reason_code", models.CharField(default="", max_length=60)),
                        ("reason", models.TextField(default="")),
                        (
                            "place",
                            models.CharField(
                                default="", help_text="Where in the file: a line, an element.", max_length=120
                            ),
                        ),
                        ("statement_count", models.IntegerField(default=0)),
                        ("entry_count", models.IntegerField(default=0)),
                        ("new_count", models.IntegerField(default=0)),
                        ("taken_by", models.CharField(max_length=80)),
                        ("taken_at", models.DateTimeField()),
                        (
                            "stored_file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_bank_file",
                        "indexes": [models.Index(fields=["-taken_at", "-id"], name="bank_file_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "TAKEN")), fields=("sha256",), name="bank_file_taken_once"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bankstatementfile",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="ae86e8fb85ef8c7cf796c8911d8105504dfa1b49",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_dcd82",
                            table="payments_bank_file",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="BankStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(default="", max_length=60)),
                        ("currency", models.CharField(max_length=3)),
                        ("opening_minor", models.BigIntegerField(null=True)),
                        ("closing_minor", models.BigIntegerField(null=True)),
                        ("first_day", models.DateField(null=True)),
                        ("last_day", models.DateField(null=True)),
                        ("entry_count", models.IntegerField()),
                        ("new_count", models.IntegerField()),
                        ("content", models.CharField(max_length=64)),
                        (
                            "bank_account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.ownbankaccount",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="payments.bankstatementfile",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_bank_statement",
                        "indexes": [
                            models.Index(fields=["bank_account", "first_day", "id"], name="statement_by_account")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bankstatement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="a0537e1b9ee7ce4b59140aaa7ecd78d5ee0c8403",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_8da04",
                            table="payments_bank_statement",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="BankEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("booking_date", models.DateField()),
                        ("value_date", models.DateField()),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        ("bank_reference", models.CharField(default="", max_length=140)),
                        ("end_to_end", models.CharField(default="", max_length=140)),
                        ("counterparty", models.CharField(default="", max_length=200)),
                        ("counterparty_account", models.CharField(default="", max_length=60)),
                        ("remittance", models.TextField(default="")),
                        ("code", models.CharField(default="", max_length=60)),
                        ("return_reason", models.CharField(default="", max_length=40)),
                        ("mandate", models.CharField(default="", max_length=60)),
                        ("digest", models.CharField(max_length=64)),
                        ("occurrence", models.IntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("NEW", "New"),
                                    ("RECEIVED", "Received"),
                                    ("HANDLED", "Handled"),
                                    ("IGNORED", "Ignored"),
                                ],
                                default="NEW",
                                max_length=8,
                            ),
                        ),
                        ("reason", models.CharField(default="", max_length=200)),
                        (
                            "bank_account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.ownbankaccount",
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
                        (
                            "statement",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="entries",
                                to="payments.bankstatement",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_bank_entry",
                        "indexes": [
                            models.Index(fields=["state", "-value_date", "-id"], name="bank_entry_by_state"),
                            models.Index(fields=["bank_account", "-booking_date", "-id"], name="bank_entry_by_account"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("bank_account", "booking_date", "digest", "occurrence"), name="bank_entry_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("occurrence__gt", 0)), name="bank_entry_is_counted"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bankentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{HANDLED:NEW,IGNORED:NEW,NEW:HANDLED,NEW:IGNORED,NEW:RECEIVED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="4b969e5ec19509edd60e2a2adb6015ef58792c11",
                            operation="UPDATE",
                            pgid="pgtrigger_states_4191c",
                            table="payments_bank_entry",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bankentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="02f7cb12c06473f6433895ca07ebd37958798fbf",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_720fb",
                            table="payments_bank_entry",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
