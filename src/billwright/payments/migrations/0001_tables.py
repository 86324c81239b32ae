"""Lay down the tables of payments, with their constraints, indexes and triggers."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("payments", "0001_initial"),
        ("payments", "0002_credit_given"),
        ("payments", "0003_stored_methods_and_collections"),
        ("payments", "0004_refund_orders"),
        ("payments", "0005_gateways"),
        ("payments", "0006_what_a_debit_takes_up"),
        ("payments", "0007_bank_entries_move_in_bulk"),
        ("payments", "0008_payouts_wait_again"),
        ("payments", "0009_counter"),
        ("payments", "0010_payment_links"),
        ("payments", "0011_fraud_flags"),
        ("payments", "0012_tokens_with_consent"),
        ("payments", "0013_index_for_list_of_receipts"),
        ("payments", "0014_page_visits"),
        ("payments", "0015_changes_by_banks"),
        ("payments", "0016_agreements_end"),
        ("payments", "0017_receipts_found_by_text"),
        ("payments", "0018_index_for_list_of_bank_entries"),
        ("payments", "0019_runs_of_kept_cards"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("files", "0001_initial"),
        ("org", "0001_tables"),
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
                                    ("CREDIT", "Credit"),
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
                            models.Index(fields=["-value_date", "-id"], name="payment_by_day"),
                            models.Index(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("number"), "text_pattern_ops"
                                ),
                                name="payment_by_number_typed",
                            ),
                            models.Index(
                                django.contrib.postgres.indexes.OpClass(
                                    django.db.models.functions.text.Upper("reference"), "text_pattern_ops"
                                ),
                                condition=models.Q(("reference", ""), _negated=True),
                                name="payment_by_reference_typed",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.search.SearchVector("payer_name", config="simple"),
                                condition=models.Q(("payer_name", ""), _negated=True),
                                name="payment_by_payer",
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
                                    ("CREDIT", "Credit"),
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
                            models.Index(fields=["-value_date", "-id"], name="bank_entry_by_day"),
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
                migrations.CreateModel(
                    name="CollectionAgreement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("scheme", models.CharField(max_length=20)),
                        ("creditor_id", models.CharField(max_length=40)),
                        ("creditor_name", models.CharField(max_length=70)),
                        ("terms", models.JSONField(default=dict)),
                        (
                            "notice_days",
                            models.SmallIntegerField(
                                help_text="Agreed with customers; none: as the rules say.", null=True
                            ),
                        ),
                        (
                            "fee_minor",
                            models.BigIntegerField(
                                help_text="Charged to the customer for a return; none: nothing.", null=True
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
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
                            "legal_entity",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                        (
                            "is_ended",
                            models.BooleanField(default=False, help_text="From its day on nothing is agreed any more."),
                        ),
                    ],
                    options={
                        "db_table": "payments_collection_agreement",
                        "indexes": [
                            models.Index(
                                fields=["legal_entity", "scheme", "-valid_from", "-id"],
                                name="collection_agreement_newest",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("notice_days", None), ("notice_days__gte", 0), _connector="OR"),
                                name="agreement_notice_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("fee_minor", None), ("fee_minor__gt", 0), _connector="OR"),
                                name="agreement_fee_is_positive",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collectionagreement",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="247fe900ecc2f4ab414e0d6245f323d17b19e5fe",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_8e3fd",
                            table="payments_collection_agreement",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CollectionRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("scheme", models.CharField(max_length=20)),
                        ("currency", models.CharField(max_length=3)),
                        ("action_day", models.DateField()),
                        (
                            "submit_by",
                            models.DateField(
                                help_text="The last day on which the bank takes the file, or a card is debited."
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("CHECKED", "Checked"),
                                    ("APPROVED", "Approved"),
                                    ("SUBMITTED", "Submitted"),
                                    ("CLOSED", "Closed"),
                                    ("DISCARDED", "Discarded"),
                                ],
                                default="DRAFT",
                                max_length=9,
                            ),
                        ),
                        ("collection_count", models.IntegerField(default=0)),
                        ("total_minor", models.BigIntegerField(default=0)),
                        ("message_id", models.CharField(default="", max_length=35)),
                        ("file_sha256", models.CharField(default="", max_length=64)),
                        ("prepared_by", models.CharField(max_length=80)),
                        ("prepared_at", models.DateTimeField()),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("approved_by", models.CharField(default="", max_length=80)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("submitted_by", models.CharField(default="", max_length=80)),
                        ("submitted_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("discarded_at", models.DateTimeField(null=True)),
                        (
                            "cleared_minor",
                            models.BigIntegerField(default=0, help_text="How much of it bank statements have shown."),
                        ),
                        (
                            "agreement",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.collectionagreement",
                            ),
                        ),
                        (
                            "bank_account",
                            models.ForeignKey(
                                db_index=False,
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
                        (
                            "stored_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_collection_run",
                        "indexes": [
                            models.Index(fields=["legal_entity", "-action_day", "-id"], name="collection_run_newest")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["DRAFT", "CHECKED", "APPROVED"])),
                                fields=("legal_entity", "scheme", "currency", "action_day"),
                                name="collection_run_once_open",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("agreement", None), ("bank_account", None), ("scheme", "card")),
                                    models.Q(
                                        models.Q(("scheme", "card"), _negated=True),
                                        ("agreement__isnull", False),
                                        ("bank_account__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="collection_run_agreed_with_a_bank_or_of_cards",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collectionrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{APPROVED:DISCARDED,APPROVED:SUBMITTED,CHECKED:APPROVED,CHECKED:CHECKED,CHECKED:DISCARDED,DRAFT:CHECKED,DRAFT:DISCARDED,SUBMITTED:CLOSED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="70b16b701bb7674d56f55c3cd6b455a9bf1acd0a",
                            operation="UPDATE",
                            pgid="pgtrigger_states_bb0d3",
                            table="payments_collection_run",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collectionrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="1274b24b5a955087caa1deeef94c444014f7f32a",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_bba3b",
                            table="payments_collection_run",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Mandate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "scheme",
                            models.CharField(help_text="The name of its rules, such as sepa-core.", max_length=20),
                        ),
                        ("reference", models.CharField(max_length=35)),
                        ("signed_on", models.DateField()),
                        ("authenticated_on", models.DateField(null=True)),
                        ("authenticated_how", models.CharField(default="", max_length=60)),
                        (
                            "bank_reference",
                            models.CharField(default="", help_text="Given by the bank, such as a UMRN.", max_length=40),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "limit_minor",
                            models.BigIntegerField(help_text="The most in one debit; none: no limit.", null=True),
                        ),
                        (
                            "category",
                            models.CharField(
                                default="", help_text="What it is for, where limits depend on it.", max_length=20
                            ),
                        ),
                        (
                            "frequency",
                            models.CharField(
                                choices=[
                                    ("AS_NEEDED", "As Needed"),
                                    ("WEEKLY", "Weekly"),
                                    ("MONTHLY", "Monthly"),
                                    ("QUARTERLY", "Quarterly"),
                                    ("YEARLY", "Yearly"),
                                    ("ONE_OFF", "One Off"),
                                ],
                                default="AS_NEEDED",
                                max_length=9,
                            ),
                        ),
                        ("collection_day", models.SmallIntegerField(null=True)),
                        ("first_on", models.DateField(null=True)),
                        (
                            "ends_on",
                            models.DateField(help_text="The last day on which it may be collected on.", null=True),
                        ),
                        ("last_collected_on", models.DateField(null=True)),
                        ("warned_at", models.DateTimeField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("CREATED", "Created"),
                                    ("AUTHENTICATED", "Authenticated"),
                                    ("ACTIVE", "Active"),
                                    ("SUSPENDED", "Suspended"),
                                    ("EXPIRED", "Expired"),
                                    ("REVOKED", "Revoked"),
                                ],
                                default="CREATED",
                                max_length=13,
                            ),
                        ),
                        ("state_reason", models.CharField(default="", max_length=200)),
                        ("changed_at", models.DateTimeField()),
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
                            "stored_method",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="mandates",
                                to="payments.storedmethod",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_mandate",
                        "indexes": [
                            models.Index(fields=["account", "-id"], name="mandate_by_account"),
                            models.Index(
                                condition=models.Q(("state", "ACTIVE")),
                                fields=["legal_entity", "scheme", "account"],
                                name="mandate_active",
                            ),
                            models.Index(fields=["legal_entity", "state", "-id"], name="mandate_by_state"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("legal_entity", "scheme", "reference"), name="mandate_reference_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("limit_minor", None), ("limit_minor__gt", 0), _connector="OR"),
                                name="mandate_limit_is_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("collection_day", None),
                                    models.Q(("collection_day__gte", 1), ("collection_day__lte", 31)),
                                    _connector="OR",
                                ),
                                name="mandate_collection_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("first_on", None),
                                    ("ends_on__gte", models.F("first_on")),
                                    _connector="OR",
                                ),
                                name="mandate_ends_after_it_begins",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="mandate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACTIVE:EXPIRED,ACTIVE:REVOKED,ACTIVE:SUSPENDED,AUTHENTICATED:ACTIVE,AUTHENTICATED:EXPIRED,AUTHENTICATED:REVOKED,CREATED:ACTIVE,CREATED:AUTHENTICATED,CREATED:EXPIRED,CREATED:REVOKED,SUSPENDED:ACTIVE,SUSPENDED:EXPIRED,SUSPENDED:REVOKED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="afb4ed8fad09d1bf757b9d438797b2b7616dc741",
                            operation="UPDATE",
                            pgid="pgtrigger_states_33862",
                            table="payments_mandate",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="mandate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="fac79417362a19626f4e38aee4b62a5eade02c16",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_38e8b",
                            table="payments_mandate",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CollectionFinding",
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
                                    ("OVER_LIMIT", "Over Limit"),
                                    ("TOO_OFTEN", "Too Often"),
                                    ("NOTICE_TOO_SHORT", "Notice Too Short"),
                                    ("MANDATE_ENDED", "Mandate Ended"),
                                    ("OUTSIDE_MANDATE", "Outside Mandate"),
                                    ("FAILED_BEFORE", "Failed Before"),
                                    ("CHANGED_SINCE", "Changed Since"),
                                    ("METHOD_UNUSABLE", "Method Unusable"),
                                    ("NETWORK_LIMIT", "Network Limit"),
                                    ("TOO_LATE", "Too Late"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("says", models.CharField(default="", max_length=400)),
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
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="payments.collectionrun",
                            ),
                        ),
                        (
                            "mandate",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.mandate",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_collection_finding",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collectionfinding",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="a5f925789435a6edb0e4ee58e99e008005dd91f1",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_0415a",
                            table="payments_collection_finding",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="StoredMethod",
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
                                    ("BANK_TRANSFER", "Bank Transfer"),
                                    ("DIRECT_DEBIT", "Direct Debit"),
                                    ("CARD", "Card"),
                                    ("WALLET", "Wallet"),
                                    ("CHEQUE", "Cheque"),
                                    ("CASH", "Cash"),
                                    ("OTHER", "Other"),
                                    ("CREDIT", "Credit"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "provider",
                            models.CharField(
                                default="", help_text="The gateway's name; empty: a bank account.", max_length=40
                            ),
                        ),
                        (
                            "details_kind",
                            models.CharField(
                                choices=[("IBAN", "Iban"), ("ZA", "Za"), ("US", "Us"), ("IN", "In")],
                                default="",
                                max_length=4,
                            ),
                        ),
                        ("sealed", models.BinaryField()),
                        ("fingerprint", models.CharField(max_length=64)),
                        ("label", models.CharField(max_length=80)),
                        ("holder", models.CharField(max_length=140)),
                        ("currency", models.CharField(max_length=3)),
                        ("rank", models.SmallIntegerField(default=1)),
                        (
                            "pay_day",
                            models.SmallIntegerField(
                                help_text="The day of the month on which the payer is paid.", null=True
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("expires_on", models.DateField(help_text="The last day on which it may be used.", null=True)),
                        ("warned_at", models.DateTimeField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("CREATED", "Created"),
                                    ("ACTIVE", "Active"),
                                    ("SUSPENDED", "Suspended"),
                                    ("EXPIRED", "Expired"),
                                    ("REVOKED", "Revoked"),
                                ],
                                default="CREATED",
                                max_length=9,
                            ),
                        ),
                        ("state_reason", models.CharField(default="", max_length=200)),
                        ("changed_at", models.DateTimeField()),
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
                            "bank_change",
                            models.CharField(
                                default="", help_text="Code of a change by a bank, until looked at.", max_length=10
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_stored_method",
                        "indexes": [
                            models.Index(fields=["account", "rank", "id"], name="stored_method_by_account"),
                            models.Index(fields=["fingerprint"], name="stored_method_by_fingerprint"),
                            models.Index(
                                condition=models.Q(
                                    ("expires_on__isnull", False), ("state__in", ["CREATED", "ACTIVE", "SUSPENDED"])
                                ),
                                fields=["expires_on"],
                                name="stored_method_expiring",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["CREATED", "ACTIVE", "SUSPENDED"])),
                                fields=("account", "fingerprint"),
                                name="stored_method_once_alive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rank__gte", 1)), name="stored_method_rank_from_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("pay_day", None),
                                    models.Q(("pay_day__gte", 1), ("pay_day__lte", 31)),
                                    _connector="OR",
                                ),
                                name="stored_method_pay_day",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="storedmethod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACTIVE:EXPIRED,ACTIVE:REVOKED,ACTIVE:SUSPENDED,CREATED:ACTIVE,CREATED:EXPIRED,CREATED:REVOKED,SUSPENDED:ACTIVE,SUSPENDED:EXPIRED,SUSPENDED:REVOKED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="84a9cb42b7a8c5ab18fa57649df4dfc1dccc59e3",
                            operation="UPDATE",
                            pgid="pgtrigger_states_8677e",
                            table="payments_stored_method",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="storedmethod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="320926e4f1a52ae1c013b2d5ed0e0009b2d2a936",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_b5ad7",
                            table="payments_stored_method",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Collection",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        ("action_day", models.DateField()),
                        (
                            "sequence",
                            models.CharField(
                                default="", help_text="FRST, RCUR, OOFF or FNAL, where a scheme asks.", max_length=4
                            ),
                        ),
                        ("attempt_no", models.SmallIntegerField(default=1)),
                        ("end_to_end", models.CharField(max_length=35, unique=True)),
                        ("gateway_reference", models.CharField(default="", max_length=120)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PREPARED", "Prepared"),
                                    ("SUBMITTED", "Submitted"),
                                    ("PAID", "Paid"),
                                    ("FAILED", "Failed"),
                                    ("RETURNED", "Returned"),
                                    ("CANCELED", "Canceled"),
                                ],
                                default="PREPARED",
                                max_length=9,
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default="", help_text="What the bank or the gateway answered.", max_length=20
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("retry_later", "retry_later"),
                                    ("needs_customer", "needs_customer"),
                                    ("never_again", "never_again"),
                                    ("disputed", "disputed"),
                                ],
                                default="",
                                max_length=14,
                            ),
                        ),
                        ("says", models.CharField(default="", max_length=300)),
                        ("failed_on", models.DateField(null=True)),
                        (
                            "plan",
                            models.CharField(
                                choices=[
                                    ("RETRY", "Retry"),
                                    ("FALLBACK", "Fallback"),
                                    ("CONTACT", "Contact"),
                                    ("STOP", "Stop"),
                                    ("ANSWER", "Answer"),
                                ],
                                default="",
                                max_length=8,
                            ),
                        ),
                        ("plan_says", models.CharField(default="", max_length=400)),
                        ("retry_on", models.DateField(null=True)),
                        (
                            "resolved_at",
                            models.DateTimeField(
                                help_text="When the failure was dealt with: it left the queue.", null=True
                            ),
                        ),
                        ("resolved_by", models.CharField(default="", max_length=80)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        ("changed_at", models.DateTimeField()),
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
                            "first_attempt",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="payments.collection",
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
                                related_name="+",
                                to="payments.payment",
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="payments.collectionrun",
                            ),
                        ),
                        (
                            "mandate",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="payments.mandate",
                            ),
                        ),
                        (
                            "fallback_method",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.storedmethod",
                            ),
                        ),
                        (
                            "stored_method",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="collections",
                                to="payments.storedmethod",
                            ),
                        ),
                        (
                            "takes_up",
                            models.ForeignKey(
                                help_text="The failure it is about.",
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taken_up_by",
                                to="payments.collection",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_collection",
                        "indexes": [
                            models.Index(fields=["account", "-action_day", "-id"], name="collection_by_account"),
                            models.Index(
                                condition=models.Q(("resolved_at", None), ("state__in", ["FAILED", "RETURNED"])),
                                fields=["legal_entity", "kind", "-failed_on", "-id"],
                                name="collection_failed_queue",
                            ),
                            models.Index(
                                condition=models.Q(("state", "SUBMITTED")),
                                fields=["action_day"],
                                name="collection_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("gateway_reference", ""), _negated=True),
                                fields=["gateway_reference"],
                                name="collection_by_gateway",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="collection_is_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("attempt_no", 1), ("first_attempt", None)),
                                    models.Q(("attempt_no__gt", 1), ("first_attempt__isnull", False)),
                                    _connector="OR",
                                ),
                                name="collection_attempts_are_counted",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(
                                    ("first_attempt__isnull", False), models.Q(("state", "CANCELED"), _negated=True)
                                ),
                                fields=("first_attempt", "attempt_no"),
                                name="collection_attempt_once",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collection",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{FAILED:PAID,PAID:RETURNED,PREPARED:CANCELED,PREPARED:SUBMITTED,SUBMITTED:FAILED,SUBMITTED:PAID}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="678b0d28e069600a63c2f79e7ad7cdf29bab06fc",
                            operation="UPDATE",
                            pgid="pgtrigger_states_f14ee",
                            table="payments_collection",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collection",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="e97c80e2637336ced353b999ee4f4c2f2a70645d",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_39fa0",
                            table="payments_collection",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RefundOrder",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("cash_id", models.BigIntegerField(null=True)),
                        ("credit_item_id", models.BigIntegerField(null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "route",
                            models.CharField(
                                choices=[
                                    ("TO_GATEWAY", "To Gateway"),
                                    ("TO_SOURCE", "To Source"),
                                    ("TO_ACCOUNT", "To Account"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("sealed_for", models.CharField(default="", max_length=80)),
                        ("sealed", models.BinaryField(default=b"")),
                        ("destination_hash", models.CharField(default="", max_length=64)),
                        (
                            "destination_label",
                            models.CharField(default="", help_text="Masked: the last four digits.", max_length=60),
                        ),
                        ("reason", models.CharField(max_length=200)),
                        ("end_to_end", models.CharField(max_length=35, unique=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("REQUESTED", "Requested"),
                                    ("APPROVED", "Approved"),
                                    ("SENT", "Sent"),
                                    ("DONE", "Done"),
                                    ("FAILED", "Failed"),
                                    ("CANCELED", "Canceled"),
                                ],
                                default="REQUESTED",
                                max_length=9,
                            ),
                        ),
                        (
                            "note",
                            models.CharField(default="", help_text="Why it failed or was taken back.", max_length=200),
                        ),
                        (
                            "reference",
                            models.CharField(default="", help_text="Of the bank or the gateway.", max_length=140),
                        ),
                        ("requested_by", models.CharField(max_length=80)),
                        ("requested_at", models.DateTimeField()),
                        ("approved_by", models.CharField(default="", max_length=80)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("sent_by", models.CharField(default="", max_length=80)),
                        ("sent_at", models.DateTimeField(null=True)),
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
                            "came_back",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="came_back_of",
                                to="payments.payment",
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
                                related_name="refund_orders",
                                to="payments.payment",
                            ),
                        ),
                        (
                            "proof_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                            ),
                        ),
                        (
                            "refund",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="order",
                                to="payments.refund",
                            ),
                        ),
                        (
                            "sent_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_refund_order",
                        "indexes": [
                            models.Index(fields=["legal_entity", "-id"], name="refund_order_by_entity"),
                            models.Index(fields=["account", "-id"], name="refund_order_by_account"),
                            models.Index(
                                condition=models.Q(("destination_hash", ""), _negated=True),
                                fields=["destination_hash"],
                                name="refund_order_by_place",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["REQUESTED", "APPROVED"])),
                                fields=["cash_id"],
                                name="refund_order_on_cash",
                            ),
                            models.Index(
                                condition=models.Q(("state__in", ["REQUESTED", "APPROVED"])),
                                fields=["credit_item_id"],
                                name="refund_order_on_credit",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="refund_order_is_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("cash_id", None), ("credit_item_id__isnull", False)),
                                    models.Q(("cash_id__isnull", False), ("credit_item_id", None)),
                                    _connector="OR",
                                ),
                                name="refund_order_has_one_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["REQUESTED", "CANCELED"]),
                                    models.Q(
                                        ("approved_at__isnull", False), models.Q(("approved_by", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="refund_order_is_agreed",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state__in", ["SENT", "DONE"]), _negated=True),
                                    ("refund__isnull", False),
                                    _connector="OR",
                                ),
                                name="refund_order_sent_has_refund",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="refundorder",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{APPROVED:CANCELED,APPROVED:SENT,DONE:FAILED,REQUESTED:APPROVED,REQUESTED:CANCELED,SENT:DONE,SENT:FAILED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="7f75c33a313ca4e8143b924f6baf1acac8b8b6fb",
                            operation="UPDATE",
                            pgid="pgtrigger_states_d4a39",
                            table="payments_refund_order",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="refundorder",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="f4750c224b9232eca5e888ea0c3ee63fbe30c37d",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_3ca7a",
                            table="payments_refund_order",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Gateway",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=30, unique=True)),
                        ("kind", models.CharField(max_length=30)),
                        ("is_simulator", models.BooleanField(default=False)),
                        ("base_url", models.CharField(default="", max_length=200)),
                        ("currency", models.CharField(max_length=3)),
                        ("settings", models.JSONField(default=dict)),
                        ("sealed_secrets", models.BinaryField()),
                        ("webhook_key", models.CharField(max_length=64, unique=True)),
                        ("settlement_days", models.SmallIntegerField(default=3)),
                        (
                            "state",
                            models.CharField(
                                choices=[("ACTIVE", "Active"), ("SUSPENDED", "Suspended")],
                                default="ACTIVE",
                                max_length=9,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=80)),
                        ("created_at", models.DateTimeField()),
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
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.legalentity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_gateway",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gateway",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACTIVE:SUSPENDED,SUSPENDED:ACTIVE}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="f225dcdb77cce8891130b5d33a945b30db1d8a79",
                            operation="UPDATE",
                            pgid="pgtrigger_states_039d9",
                            table="payments_gateway",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gateway",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="9287d0991cdf7b3454ac88cfeb3726e949374efd",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_5f9c8",
                            table="payments_gateway",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Chargeback",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("chargeback_key", models.CharField(max_length=100)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        ("reason_code", models.CharField(default="", max_length=40)),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("opened_on", models.DateField()),
                        ("deadline", models.DateField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("OPEN", "Open"),
                                    ("CONTESTED", "Contested"),
                                    ("WON", "Won"),
                                    ("LOST", "Lost"),
                                ],
                                default="OPEN",
                                max_length=9,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
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
                            "evidence",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                            ),
                        ),
                        (
                            "payment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="chargebacks",
                                to="payments.payment",
                            ),
                        ),
                        (
                            "regained_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.payment",
                            ),
                        ),
                        (
                            "gateway",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.gateway",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_chargeback",
                        "indexes": [
                            models.Index(fields=["state", "deadline", "id"], name="chargeback_by_deadline"),
                            models.Index(fields=["account", "-id"], name="chargeback_by_account"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("gateway", "chargeback_key"), name="chargeback_once"),
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="chargeback_is_positive"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargeback",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{CONTESTED:LOST,CONTESTED:WON,OPEN:CONTESTED,OPEN:LOST,OPEN:WON}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="f3f918118129851d83f9dc71035911fd53cafca3",
                            operation="UPDATE",
                            pgid="pgtrigger_states_d4f04",
                            table="payments_chargeback",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="chargeback",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="35f050b95c5524647615e264ded40fbbf7743ac4",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_0895c",
                            table="payments_chargeback",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="GatewayAlarm",
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
                                    ("DECLINES", "Declines"),
                                    ("SILENCE", "Silence"),
                                    ("UNANSWERED", "Unanswered"),
                                    ("UNSETTLED", "Unsettled"),
                                    ("NOT_DEPOSITED", "Not Deposited"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("subject", models.CharField(default="", max_length=140)),
                        ("figures", models.CharField(max_length=300)),
                        (
                            "state",
                            models.CharField(
                                choices=[("RAISED", "Raised"), ("SEEN", "Seen"), ("ENDED", "Ended")],
                                default="RAISED",
                                max_length=6,
                            ),
                        ),
                        ("raised_at", models.DateTimeField()),
                        ("looked_at", models.DateTimeField()),
                        ("seen_by", models.CharField(default="", max_length=80)),
                        ("seen_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "gateway",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.gateway",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_gateway_alarm",
                        "indexes": [models.Index(fields=["-raised_at", "-id"], name="gateway_alarm_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "ENDED"), _negated=True),
                                fields=("gateway", "kind", "subject"),
                                name="gateway_alarm_stands_once",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gatewayalarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{RAISED:ENDED,RAISED:SEEN,SEEN:ENDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="2321b842e566b9684b2368ce20853e8c2ba2f078",
                            operation="UPDATE",
                            pgid="pgtrigger_states_5722d",
                            table="payments_gateway_alarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gatewayalarm",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="bbf079b23d55fe52e75d470aa97142dbda8f393a",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_b4842",
                            table="payments_gateway_alarm",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="GatewayEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("event_key", models.CharField(default="", max_length=140)),
                        ("body_hash", models.CharField(max_length=64)),
                        ("sealed_body", models.BinaryField()),
                        ("source_address", models.CharField(default="", max_length=45)),
                        ("is_verified", models.BooleanField()),
                        (
                            "is_confirmed",
                            models.BooleanField(default=False, help_text="Nobody has to be asked whether it was sent."),
                        ),
                        ("kind", models.CharField(default="", max_length=20)),
                        ("happened_at", models.DateTimeField(null=True)),
                        ("payment_key", models.CharField(default="", max_length=100)),
                        ("reference", models.CharField(default="", max_length=60)),
                        ("object_key", models.CharField(default="", max_length=100)),
                        ("currency", models.CharField(default="", max_length=3)),
                        ("amount_minor", models.BigIntegerField(null=True)),
                        ("asked_minor", models.BigIntegerField(null=True)),
                        ("code", models.CharField(default="", max_length=40)),
                        ("network", models.CharField(default="", max_length=20)),
                        ("method", models.CharField(default="", max_length=40)),
                        ("bank", models.CharField(default="", max_length=80)),
                        ("message", models.CharField(default="", max_length=200)),
                        ("deadline", models.DateField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "Received"),
                                    ("WAITING", "Waiting"),
                                    ("WORKED", "Worked"),
                                    ("REFUSED", "Refused"),
                                    ("QUARANTINED", "Quarantined"),
                                    ("DISMISSED", "Dismissed"),
                                ],
                                max_length=11,
                            ),
                        ),
                        ("reason_code", models.CharField(default="", max_length=60)),
                        ("reason", models.CharField(default="", max_length=300)),
                        ("delivery_count", models.IntegerField(default=1)),
                        ("received_at", models.DateTimeField()),
                        ("worked_at", models.DateTimeField(null=True)),
                        (
                            "gateway",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.gateway",
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
                            "sealed_token",
                            models.BinaryField(
                                help_text="A token to be kept, until it is; only with consent.", null=True
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_gateway_event",
                        "indexes": [
                            models.Index(fields=["gateway", "-received_at", "-id"], name="gateway_event_newest"),
                            models.Index(
                                condition=models.Q(("state__in", ["RECEIVED", "WAITING"])),
                                fields=["gateway", "id"],
                                name="gateway_event_to_work",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("event_key", ""), _negated=True),
                                fields=("gateway", "event_key"),
                                name="gateway_event_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("event_key", "")),
                                fields=("gateway", "body_hash"),
                                name="gateway_refusal_once",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gatewayevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{QUARANTINED:DISMISSED,QUARANTINED:RECEIVED,QUARANTINED:WORKED,RECEIVED:QUARANTINED,RECEIVED:WAITING,RECEIVED:WORKED,WAITING:DISMISSED,WAITING:QUARANTINED,WAITING:RECEIVED,WAITING:WAITING,WAITING:WORKED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="1902532b6f382873099b21129e5ee78f2a714002",
                            operation="UPDATE",
                            pgid="pgtrigger_states_c488f",
                            table="payments_gateway_event",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gatewayevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="2cfff3558e73e11a7a4e575d10258f6c8e7af033",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_c770f",
                            table="payments_gateway_event",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="GatewayPayment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reference", models.CharField(max_length=60, unique=True)),
                        ("kind", models.CharField(choices=[("HOSTED", "Hosted"), ("TOKEN", "Token")], max_length=6)),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        ("stated", models.JSONField(default=list)),
                        ("description", models.CharField(default="", max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("STARTED", "Started"),
                                    ("PENDING", "Pending"),
                                    ("UNKNOWN", "Unknown"),
                                    ("PAID", "Paid"),
                                    ("FAILED", "Failed"),
                                ],
                                default="STARTED",
                                max_length=7,
                            ),
                        ),
                        ("gateway_key", models.CharField(default="", max_length=100)),
                        ("page_key", models.CharField(default="", max_length=100)),
                        ("code", models.CharField(default="", max_length=40)),
                        ("network", models.CharField(default="", max_length=20)),
                        ("method", models.CharField(default="", max_length=40)),
                        ("bank", models.CharField(default="", max_length=80)),
                        ("message", models.CharField(default="", max_length=200)),
                        ("started_by", models.CharField(max_length=80)),
                        ("started_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
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
                            "gateway",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.gateway",
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
                            "keep_token_at",
                            models.DateTimeField(
                                help_text="When the payer agreed that a token is kept; none: not.", null=True
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_gateway_payment",
                        "indexes": [
                            models.Index(fields=["gateway", "-started_at", "-id"], name="gateway_payment_newest"),
                            models.Index(fields=["account", "-id"], name="gateway_payment_by_account"),
                            models.Index(fields=["gateway", "gateway_key"], name="gateway_payment_by_key"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="gateway_payment_is_positive"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gatewaypayment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{FAILED:PAID,PENDING:FAILED,PENDING:PAID,STARTED:FAILED,STARTED:PAID,STARTED:PENDING,STARTED:UNKNOWN,UNKNOWN:FAILED,UNKNOWN:PAID,UNKNOWN:PENDING,UNKNOWN:UNKNOWN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="84fda6e04e77056b2f02a48f492cbe1d794cc55e",
                            operation="UPDATE",
                            pgid="pgtrigger_states_cf7c8",
                            table="payments_gateway_payment",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="gatewaypayment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="586b99b6e94d78df78119f710713233bd2cba3cd",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_a4a0c",
                            table="payments_gateway_payment",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Payout",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("payout_key", models.CharField(max_length=100)),
                        ("currency", models.CharField(max_length=3)),
                        ("gross_minor", models.BigIntegerField()),
                        ("refunds_minor", models.BigIntegerField()),
                        ("chargebacks_minor", models.BigIntegerField()),
                        ("fees_minor", models.BigIntegerField()),
                        ("other_minor", models.BigIntegerField()),
                        ("net_minor", models.BigIntegerField()),
                        ("deposit_minor", models.BigIntegerField(null=True)),
                        ("remainder_minor", models.BigIntegerField(default=0)),
                        ("paid_on", models.DateField()),
                        ("bank_reference", models.CharField(default="", max_length=140)),
                        ("fee_entry_id", models.BigIntegerField(null=True)),
                        ("deposit_entry_id", models.BigIntegerField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("REPORTED", "Reported"),
                                    ("RECONCILED", "Reconciled"),
                                    ("UNEXPLAINED", "Unexplained"),
                                    ("RESOLVED", "Resolved"),
                                ],
                                default="REPORTED",
                                max_length=11,
                            ),
                        ),
                        ("owner", models.CharField(default="", max_length=80)),
                        ("reason", models.CharField(default="", max_length=300)),
                        ("reported_at", models.DateTimeField()),
                        ("resolved_by", models.CharField(default="", max_length=80)),
                        ("resolved_at", models.DateTimeField(null=True)),
                        (
                            "bank_entry",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payout",
                                to="payments.bankentry",
                            ),
                        ),
                        (
                            "gateway",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.gateway",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_payout",
                        "indexes": [models.Index(fields=["gateway", "-paid_on", "-id"], name="payout_newest")],
                        "constraints": [models.UniqueConstraint(fields=("gateway", "payout_key"), name="payout_once")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payout",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="170190be7147443c95fdd2e241c410731195e444",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_821a3",
                            table="payments_payout",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payout",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{REPORTED:RECONCILED,REPORTED:REPORTED,REPORTED:UNEXPLAINED,UNEXPLAINED:RECONCILED,UNEXPLAINED:REPORTED,UNEXPLAINED:RESOLVED,UNEXPLAINED:UNEXPLAINED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="c3f0ccd4714ebe43a851eecb2ffcb914b76ab2b5",
                            operation="UPDATE",
                            pgid="pgtrigger_states_bf8df",
                            table="payments_payout",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PayoutLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("line_key", models.CharField(max_length=100)),
                        ("kind", models.CharField(max_length=14)),
                        ("amount_minor", models.BigIntegerField()),
                        ("fee_minor", models.BigIntegerField()),
                        ("payment_key", models.CharField(default="", max_length=100)),
                        ("object_key", models.CharField(default="", max_length=100)),
                        ("happened_on", models.DateField()),
                        ("text", models.CharField(default="", max_length=200)),
                        ("unexplained_minor", models.BigIntegerField(default=0)),
                        ("reason", models.CharField(default="", max_length=200)),
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
                            "payout",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="payments.payout",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_payout_line",
                        "constraints": [
                            models.UniqueConstraint(fields=("payout", "line_key"), name="payout_line_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payoutline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="137d30e69dfc65e160cada07e137d003378311d1",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_4c4dc",
                            table="payments_payout_line",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="DepositSlip",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("deposited_on", models.DateField()),
                        ("cash_minor", models.BigIntegerField(default=0)),
                        (
                            "state",
                            models.CharField(
                                choices=[("DEPOSITED", "Deposited"), ("CLEARED", "Cleared")],
                                default="DEPOSITED",
                                max_length=9,
                            ),
                        ),
                        ("cleared_on", models.DateField(null=True)),
                        ("cleared_minor", models.BigIntegerField(null=True)),
                        ("entry_id", models.BigIntegerField(null=True)),
                        ("made_by", models.CharField(max_length=80)),
                        ("made_at", models.DateTimeField()),
                        (
                            "bank_account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.ownbankaccount"
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
                        "db_table": "payments_deposit_slip",
                        "indexes": [models.Index(fields=["legal_entity", "-id"], name="deposit_slip_by_entity")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("cash_minor__gte", 0)), name="deposit_slip_cash_not_negative"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="depositslip",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DEPOSITED:CLEARED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="c7dd60052bb762690e0aa0548908e5f19fe8089b",
                            operation="UPDATE",
                            pgid="pgtrigger_states_3b8d4",
                            table="payments_deposit_slip",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="depositslip",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="13793c4ab048ee10dc85c8d5a88b054c67646771",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_70457",
                            table="payments_deposit_slip",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Cheque",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30)),
                        ("bank_name", models.CharField(max_length=120)),
                        ("drawer", models.CharField(max_length=200)),
                        ("drawn_on", models.DateField(help_text="The date on the cheque.")),
                        ("currency", models.CharField(max_length=3)),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("RECEIVED", "Received"),
                                    ("DEPOSITED", "Deposited"),
                                    ("CLEARED", "Cleared"),
                                    ("RETURNED", "Returned"),
                                ],
                                default="RECEIVED",
                                max_length=9,
                            ),
                        ),
                        ("returned_on", models.DateField(null=True)),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("fee_minor", models.BigIntegerField(null=True)),
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
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cheque",
                                to="payments.payment",
                            ),
                        ),
                        (
                            "slip",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cheques",
                                to="payments.depositslip",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_cheque",
                        "indexes": [
                            models.Index(fields=["legal_entity", "state", "-id"], name="cheque_by_state"),
                            models.Index(fields=["account", "-id"], name="cheque_by_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="cheque_is_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["RECEIVED", "RETURNED"]), ("slip__isnull", False), _connector="OR"
                                ),
                                name="cheque_deposited_on_a_slip",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="cheque",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{CLEARED:RETURNED,DEPOSITED:CLEARED,DEPOSITED:RETURNED,RECEIVED:DEPOSITED,RECEIVED:RETURNED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="f3a4d5f077af73ef47e7223075ff1a52b7ea9b94",
                            operation="UPDATE",
                            pgid="pgtrigger_states_d1c66",
                            table="payments_cheque",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="cheque",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="2a45db8b809f6b267a0576d0677febff9dae324a",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_4b251",
                            table="payments_cheque",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CashSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("desk", models.CharField(max_length=60)),
                        ("currency", models.CharField(max_length=3)),
                        ("float_minor", models.BigIntegerField(help_text="What lay in the drawer at the opening.")),
                        (
                            "state",
                            models.CharField(
                                choices=[("OPEN", "Open"), ("CLOSED", "Closed")], default="OPEN", max_length=6
                            ),
                        ),
                        ("expected_minor", models.BigIntegerField(null=True)),
                        ("counted_minor", models.BigIntegerField(null=True)),
                        ("difference_minor", models.BigIntegerField(null=True)),
                        (
                            "entry_id",
                            models.BigIntegerField(help_text="Of the difference, where there was one.", null=True),
                        ),
                        ("note", models.CharField(default="", max_length=200)),
                        ("opened_by", models.CharField(max_length=80)),
                        ("opened_at", models.DateTimeField()),
                        ("closed_by", models.CharField(default="", max_length=80)),
                        ("closed_at", models.DateTimeField(null=True)),
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
                            "slip",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="cash_session",
                                to="payments.depositslip",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "payments_cash_session",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "OPEN")),
                                fields=("legal_entity", "desk"),
                                name="cash_desk_open_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("float_minor__gte", 0)), name="cash_float_not_negative"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="cashsession",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{OPEN:CLOSED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="d7e579b390171338169b1ed7e8e594b9d6c6db39",
                            operation="UPDATE",
                            pgid="pgtrigger_states_aaf29",
                            table="payments_cash_session",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="cashsession",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="d25299a6d867f36231bec2ddb922a57805f4f259",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_fec1d",
                            table="payments_cash_session",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="AcceptedMethod",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                help_text="The method's name among those of this installation.", max_length=40
                            ),
                        ),
                        ("is_accepted", models.BooleanField()),
                        ("currency", models.CharField(max_length=3)),
                        ("fee_minor", models.BigIntegerField(null=True)),
                        ("fee_product", models.CharField(default="", max_length=40)),
                        ("valid_from", models.DateField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
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
                        "db_table": "payments_accepted_method",
                        "indexes": [
                            models.Index(
                                fields=["legal_entity", "code", "-valid_from", "-id"], name="accepted_method_newest"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("fee_minor", None),
                                    models.Q(("fee_minor__gt", 0), models.Q(("fee_product", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="accepted_method_fee_is_whole",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="acceptedmethod",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="5f894d802a27b4cc54ad8f872fcef346e5a00b04",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_45416",
                            table="payments_accepted_method",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PaymentLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("invoice_ids", models.JSONField(default=list)),
                        ("expires_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("ACTIVE", "Active"), ("REVOKED", "Revoked")], default="ACTIVE", max_length=7
                            ),
                        ),
                        ("opened_at", models.DateTimeField(help_text="The first time.", null=True)),
                        ("open_count", models.IntegerField(default=0)),
                        ("gateway_references", models.JSONField(default=list)),
                        ("created_by", models.CharField(max_length=80)),
                        ("created_at", models.DateTimeField()),
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
                    ],
                    options={
                        "db_table": "payments_payment_link",
                        "indexes": [
                            models.Index(fields=["legal_entity", "-id"], name="payment_link_by_entity"),
                            models.Index(fields=["account", "-id"], name="payment_link_by_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("open_count__gte", 0)), name="payment_link_counts_up"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentlink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACTIVE:REVOKED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="7b0788ba73bfa906575354152a36b07e4c1a2354",
                            operation="UPDATE",
                            pgid="pgtrigger_states_0a8c9",
                            table="payments_payment_link",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentlink",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="30600d544bad19a8671596a019f412921d271475",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_15fe6",
                            table="payments_payment_link",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="FraudRule",
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
                                    ("MANY_CARDS", "Many Cards"),
                                    ("CHARGEBACK_HISTORY", "Chargeback History"),
                                    ("REFUND_TO_NEW_ACCOUNT", "Refund To New Account"),
                                    ("DETAILS_CHANGED", "Details Changed"),
                                ],
                                max_length=22,
                            ),
                        ),
                        ("is_on", models.BooleanField()),
                        ("count_max", models.IntegerField()),
                        ("days", models.IntegerField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
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
                        "db_table": "payments_fraud_rule",
                        "indexes": [models.Index(fields=["legal_entity", "kind", "-id"], name="fraud_rule_newest")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("count_max__gte", 0), ("days__gte", 1)), name="fraud_rule_counts"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="fraudrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="723b6c2fe13990e82e91e0a3fb813aaaf7964562",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_cb9df",
                            table="payments_fraud_rule",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="FraudFlag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "subject",
                            models.CharField(help_text="The act that is held, such as refund_order:7.", max_length=80),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("MANY_CARDS", "Many Cards"),
                                    ("CHARGEBACK_HISTORY", "Chargeback History"),
                                    ("REFUND_TO_NEW_ACCOUNT", "Refund To New Account"),
                                    ("DETAILS_CHANGED", "Details Changed"),
                                ],
                                max_length=22,
                            ),
                        ),
                        ("why", models.CharField(max_length=300)),
                        (
                            "state",
                            models.CharField(
                                choices=[("RAISED", "Raised"), ("CLEARED", "Cleared"), ("CONFIRMED", "Confirmed")],
                                default="RAISED",
                                max_length=9,
                            ),
                        ),
                        (
                            "raised_by",
                            models.CharField(help_text="Whose act it holds: somebody else decides.", max_length=80),
                        ),
                        ("raised_at", models.DateTimeField()),
                        ("decided_by", models.CharField(default="", max_length=80)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("note", models.CharField(default="", max_length=200)),
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
                    ],
                    options={
                        "db_table": "payments_fraud_flag",
                        "indexes": [models.Index(fields=["legal_entity", "state", "-id"], name="fraud_flag_by_state")],
                        "constraints": [models.UniqueConstraint(fields=("subject", "kind"), name="fraud_flag_once")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="fraudflag",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{CONFIRMED:CLEARED,RAISED:CLEARED,RAISED:CONFIRMED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="de901b105d22c207006d11c9c0f87c5c84983a2d",
                            operation="UPDATE",
                            pgid="pgtrigger_states_a66a9",
                            table="payments_fraud_flag",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="fraudflag",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="6ed98f1eda574d0612d683ea54917873b87687cb",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_418bd",
                            table="payments_fraud_flag",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PageVisit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("whence", models.CharField(max_length=64)),
                        ("minute", models.DateTimeField(db_index=True)),
                        ("visit_count", models.IntegerField()),
                    ],
                    options={
                        "db_table": "payments_page_visit",
                        "constraints": [
                            models.UniqueConstraint(fields=("whence", "minute"), name="page_visit_once_a_minute"),
                            models.CheckConstraint(
                                condition=models.Q(("visit_count__gt", 0)), name="page_visit_counts_up"
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
