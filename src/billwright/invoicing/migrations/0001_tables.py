"""Lay down the tables of invoicing, with their constraints, indexes and triggers."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("invoicing", "0001_initial"),
        ("invoicing", "0003_shadow_runs"),
        ("invoicing", "0004_checks_before_issue"),
        ("invoicing", "0005_terms_in_parts"),
        ("invoicing", "0006_coverage_reasons"),
        ("invoicing", "0007_rebillings"),
        ("invoicing", "0009_line_purchase_order"),
        ("invoicing", "0010_indexes_for_few_documents"),
        ("invoicing", "0011_line_commitment"),
        ("invoicing", "0012_index_for_deferred_lines"),
    ]

    dependencies = [
        ("accounts", "0001_tables"),
        ("org", "0001_tables"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="BillRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("as_of", models.DateField(help_text="The civil date of every account.")),
                        ("document_date", models.DateField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("DRAFT", "Draft"),
                                    ("PREPARED", "Prepared"),
                                    ("CHECKED", "Checked"),
                                    ("APPROVED", "Approved"),
                                    ("ISSUING", "Issuing"),
                                    ("ISSUED", "Issued"),
                                    ("DISCARDED", "Discarded"),
                                ],
                                default="DRAFT",
                                max_length=9,
                            ),
                        ),
                        ("payer_ids", models.JSONField(help_text="None: every payer.", null=True)),
                        ("description", models.CharField(default="", max_length=200)),
                        ("created_by", models.CharField(max_length=80)),
                        ("created_at", models.DateTimeField()),
                        ("prepared_by", models.CharField(default="", max_length=80)),
                        ("prepared_at", models.DateTimeField(null=True)),
                        ("checked_by", models.CharField(default="", max_length=80)),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("approved_by", models.CharField(default="", max_length=80)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("issued_at", models.DateTimeField(null=True)),
                        (
                            "preparation",
                            models.IntegerField(
                                default=0, help_text="Counts preparations: findings belong to the last."
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                        (
                            "cut_off_at",
                            models.DateTimeField(
                                help_text="If given: each account's own civil date at this instant.", null=True
                            ),
                        ),
                        ("keep_lines", models.BooleanField(default=False, help_text="Keep draft lines for review.")),
                        (
                            "interim",
                            models.BooleanField(db_default=False, default=False, help_text="Usage so far too."),
                        ),
                        (
                            "subscription_id",
                            models.BigIntegerField(
                                help_text="A credit and rebill: only this subscription, what was not owed on credit notes of its own.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_bill_run",
                        "indexes": [models.Index(fields=["-as_of", "-id"], name="bill_run_by_date")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="billrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{APPROVED:DISCARDED,APPROVED:ISSUING,CHECKED:APPROVED,CHECKED:DISCARDED,CHECKED:PREPARED,DRAFT:DISCARDED,DRAFT:PREPARED,ISSUING:ISSUED,PREPARED:CHECKED,PREPARED:DISCARDED,PREPARED:PREPARED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="fa78fd3ae211ed564c6bc29f58af50bba306c06c",
                            operation="UPDATE",
                            pgid="pgtrigger_states_a2f3f",
                            table="invoicing_bill_run",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="billrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="c56d03ce3eb52b00582cf49c7913f40d8eb7ebef",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_c84a1",
                            table="invoicing_bill_run",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="BillRunShard",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run_id", "shard_no", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("shard_no", models.IntegerField()),
                        ("payer_from", models.BigIntegerField()),
                        ("payer_before", models.BigIntegerField()),
                        ("prepared_at", models.DateTimeField(null=True)),
                        ("issued_at", models.DateTimeField(null=True)),
                        ("invoice_count", models.IntegerField(default=0)),
                        ("line_count", models.IntegerField(default=0)),
                        ("seconds", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shards",
                                to="invoicing.billrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_bill_run_shard",
                    },
                ),
                migrations.CreateModel(
                    name="BillRunPayer",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run_id", "payer_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("payer_id", models.BigIntegerField()),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("line_count", models.IntegerField()),
                        ("net_minor", models.BigIntegerField()),
                        ("tax_minor", models.BigIntegerField()),
                        ("total_minor", models.BigIntegerField()),
                        ("digest", models.UUIDField()),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("PREPARED", "Prepared"),
                                    ("HELD", "Held"),
                                    ("ISSUED", "Issued"),
                                    ("CHANGED", "Changed"),
                                    ("BLOCKED", "Blocked"),
                                ],
                                default="PREPARED",
                                max_length=8,
                            ),
                        ),
                        ("hold_reason", models.CharField(default="", max_length=200)),
                        ("decided_by", models.CharField(default="", max_length=80)),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="payers",
                                to="invoicing.billrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_bill_run_payer",
                        "indexes": [models.Index(fields=["payer_id", "run"], name="run_payer_by_payer")],
                    },
                ),
                migrations.CreateModel(
                    name="BillRunTotal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("stage", models.CharField(help_text="PREPARED or ISSUED", max_length=8)),
                        ("document_count", models.IntegerField()),
                        ("line_count", models.IntegerField()),
                        ("net_minor", models.BigIntegerField()),
                        ("tax_minor", models.BigIntegerField()),
                        ("total_minor", models.BigIntegerField()),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.legalentity"
                            ),
                        ),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="totals",
                                to="invoicing.billrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_bill_run_total",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "legal_entity", "currency", "stage"), name="run_total_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BillRunFinding",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("payer_id", models.BigIntegerField()),
                        ("item_id", models.BigIntegerField(null=True)),
                        ("code", models.CharField(max_length=40)),
                        (
                            "severity",
                            models.CharField(
                                choices=[
                                    ("NOTE", "Note"),
                                    ("WARNING", "Warning"),
                                    ("HOLD", "Hold"),
                                    ("BLOCK", "Block"),
                                ],
                                max_length=7,
                            ),
                        ),
                        ("facts", models.JSONField(default=dict)),
                        ("cleared_by", models.CharField(default="", max_length=80)),
                        ("cleared_at", models.DateTimeField(null=True)),
                        ("clearance", models.CharField(default="", max_length=200)),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="findings",
                                to="invoicing.billrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_bill_run_finding",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("cleared_at", None)),
                                fields=["run", "id"],
                                name="open_findings_by_run",
                            ),
                            models.Index(fields=["payer_id", "-id"], name="findings_by_payer"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="BillRunDraftLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("run_id", models.BigIntegerField()),
                        ("payer_id", models.BigIntegerField()),
                        ("line_no", models.IntegerField()),
                        ("account_id", models.BigIntegerField()),
                        ("item_id", models.BigIntegerField(null=True)),
                        ("kind", models.CharField(max_length=12)),
                        ("text", models.CharField(max_length=300)),
                        ("service_from", models.DateField()),
                        ("service_to", models.DateField()),
                        ("quantity", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("days", models.IntegerField(null=True)),
                        ("base_days", models.IntegerField(null=True)),
                        ("amount_minor", models.BigIntegerField()),
                        ("discount_minor", models.BigIntegerField()),
                        ("net_minor", models.BigIntegerField()),
                        ("tax_code", models.CharField(max_length=20)),
                        ("tax_percent", models.DecimalField(decimal_places=6, max_digits=9)),
                        ("tax_minor", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "invoicing_bill_run_draft_line",
                        "indexes": [
                            models.Index(fields=["run_id", "payer_id", "line_no"], name="draft_lines_by_payer")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PartySnapshot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("digest", models.UUIDField()),
                        ("party", models.JSONField()),
                        ("recorded_at", models.DateTimeField()),
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
                            "legal_entity",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_party_snapshot",
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "digest"), name="account_snapshot_once"),
                            models.UniqueConstraint(
                                condition=models.Q(("account", None)),
                                fields=("legal_entity", "digest"),
                                name="entity_snapshot_once",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="partysnapshot",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="3b4c032897e39d8aae084a00b1dce2c2fbe60dcc",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_d9bed",
                            table="invoicing_party_snapshot",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Invoice",
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
                                    ("INVOICE", "Invoice"),
                                    ("CREDIT_NOTE", "Credit Note"),
                                    ("DEBIT_NOTE", "Debit Note"),
                                    ("RECEIPT", "Receipt"),
                                    ("REFUND", "Refund"),
                                    ("JOURNAL", "Journal"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("DRAFT", "Draft"), ("ISSUED", "Issued"), ("DISCARDED", "Discarded")],
                                default="DRAFT",
                                max_length=9,
                            ),
                        ),
                        (
                            "origin",
                            models.CharField(
                                choices=[("RUN", "Run"), ("MANUAL", "Manual"), ("IMPORT", "Import")], max_length=6
                            ),
                        ),
                        ("series_no", models.BigIntegerField(null=True)),
                        (
                            "number",
                            models.CharField(default="", help_text="As printed; empty while a draft.", max_length=40),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("document_date", models.DateField()),
                        ("due_date", models.DateField()),
                        ("accounting_date", models.DateField()),
                        ("net_minor", models.BigIntegerField(default=0)),
                        ("tax_minor", models.BigIntegerField(default=0)),
                        ("total_minor", models.BigIntegerField(default=0)),
                        ("entry_id", models.BigIntegerField(null=True)),
                        ("run_id", models.BigIntegerField(null=True)),
                        ("split_key", models.CharField(default="", max_length=80)),
                        ("reason_code", models.CharField(default="", max_length=40)),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("purchase_order", models.CharField(default="", max_length=60)),
                        ("cost_center", models.CharField(default="", max_length=60)),
                        ("language", models.CharField(default="en", max_length=8)),
                        ("place_of_supply", models.CharField(default="", max_length=40)),
                        ("text", models.TextField(default="")),
                        ("issued_at", models.DateTimeField(null=True)),
                        ("issued_by", models.CharField(default="", max_length=80)),
                        ("version", models.IntegerField(default=1)),
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
                            "corrects",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="corrections",
                                to="invoicing.invoice",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                        (
                            "series",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.documentseries",
                            ),
                        ),
                        (
                            "buyer",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="invoicing.partysnapshot",
                            ),
                        ),
                        (
                            "seller",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="invoicing.partysnapshot",
                            ),
                        ),
                        (
                            "withheld_minor",
                            models.BigIntegerField(
                                db_default=0, default=0, help_text="Withheld taxes, taken off the total."
                            ),
                        ),
                        (
                            "payment_parts",
                            models.JSONField(
                                help_text="Where it is due in parts: as org.terms stores them. due_date is the last day.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_invoice",
                        "indexes": [
                            models.Index(fields=["account", "-document_date", "-id"], name="invoice_by_account"),
                            models.Index(fields=["number"], name="invoice_by_number"),
                            models.Index(
                                condition=models.Q(("corrects__isnull", False)),
                                fields=["corrects"],
                                name="invoice_corrections",
                            ),
                            models.Index(
                                condition=models.Q(("state", "ISSUED"), _negated=True),
                                fields=["state", "-id"],
                                name="document_not_issued",
                            ),
                            models.Index(
                                condition=models.Q(("kind", "INVOICE"), _negated=True),
                                fields=["kind", "-id"],
                                name="document_not_invoice",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("number", ""), _negated=True),
                                fields=("legal_entity", "kind", "number"),
                                name="document_number_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("run_id__isnull", False)),
                                fields=("run_id", "account", "split_key"),
                                name="run_document_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "ISSUED"), _negated=True),
                                    models.Q(models.Q(("number", ""), _negated=True), ("entry_id__isnull", False)),
                                    _connector="OR",
                                ),
                                name="issued_means_numbered_and_posted",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DRAFT:DISCARDED,DRAFT:ISSUED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="eaf23a58c17e7cd0c5c60f0a47fd26fb9066b20c",
                            operation="UPDATE",
                            pgid="pgtrigger_states_41584",
                            table="invoicing_invoice",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="688a09e0cbc146471e4edbca13c0c6b1126fa59c",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_ed2f9",
                            table="invoicing_invoice",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if old.state <> 'DRAFT' then\n        raise exception 'document % is issued: it is only credited or debited by another document', old.number\n            using errcode = 'BW002';\n    end if;\n    return new;\n",
                            hash="192d4edf5cc3abafc9adf1923ed003722f1c1055",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_ccb60",
                            table="invoicing_invoice",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="InvoiceLine",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "invoice_id", "line_no", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("line_no", models.IntegerField()),
                        ("account_id", models.BigIntegerField()),
                        ("item_id", models.BigIntegerField(null=True)),
                        ("charge_id", models.BigIntegerField(help_text="The pending charge that it bills.", null=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("RECURRING", "Recurring"),
                                    ("ONE_OFF", "One Off"),
                                    ("USAGE", "Usage"),
                                    ("CORRECTION", "Correction"),
                                    ("MINIMUM", "Minimum"),
                                    ("COMMITMENT", "Commitment"),
                                    ("SERVICE_CREDIT", "Service Credit"),
                                    ("SETTLEMENT", "Settlement"),
                                    ("ADJUSTMENT", "Adjustment"),
                                    ("FEE", "Fee"),
                                    ("INTEREST", "Interest"),
                                    ("MANUAL", "Manual"),
                                    ("IMPORTED", "Imported"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("text", models.CharField(max_length=300)),
                        ("service_from", models.DateField()),
                        ("service_to", models.DateField()),
                        ("claim_no", models.IntegerField(default=0)),
                        ("price_id", models.BigIntegerField(null=True)),
                        ("formula", models.SmallIntegerField()),
                        ("quantity", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        (
                            "days",
                            models.IntegerField(
                                help_text="Of service; seconds where the convention counts them.", null=True
                            ),
                        ),
                        ("base_days", models.IntegerField(help_text="Of the period.", null=True)),
                        ("amount_minor", models.BigIntegerField()),
                        ("discount_minor", models.BigIntegerField(default=0)),
                        ("net_minor", models.BigIntegerField()),
                        ("tax_code", models.CharField(default="", max_length=20)),
                        ("tax_percent", models.DecimalField(decimal_places=6, default=0, max_digits=9)),
                        ("tax_minor", models.BigIntegerField(default=0)),
                        ("tax_point", models.DateField()),
                        (
                            "revenue_account_id",
                            models.BigIntegerField(help_text="Ledger account that the net was posted to."),
                        ),
                        ("deferred", models.BooleanField(default=False)),
                        ("clause", models.CharField(default="", max_length=80)),
                        ("usage_count", models.IntegerField(default=0)),
                        ("usage_digest", models.UUIDField(null=True)),
                        ("credits_invoice_id", models.BigIntegerField(null=True)),
                        ("credits_line_no", models.IntegerField(null=True)),
                        ("cost_center", models.CharField(default="", max_length=60)),
                        ("product_code", models.CharField(default="", max_length=40)),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="invoicing.invoice",
                            ),
                        ),
                        (
                            "billed_quantity",
                            models.DecimalField(
                                decimal_places=12,
                                help_text="After included units and started steps.",
                                max_digits=30,
                                null=True,
                            ),
                        ),
                        (
                            "exact_amount",
                            models.DecimalField(
                                decimal_places=12,
                                help_text="Net before rounding, where only the document rounds.",
                                max_digits=38,
                                null=True,
                            ),
                        ),
                        (
                            "period_from",
                            models.DateField(
                                help_text="The period it lies in, where that differs from its service.", null=True
                            ),
                        ),
                        ("period_to", models.DateField(null=True)),
                        (
                            "rounding",
                            models.CharField(help_text="Where it is not line_half_up.", max_length=14, null=True),
                        ),
                        (
                            "share_percent",
                            models.DecimalField(
                                decimal_places=6,
                                help_text="Of its price, while paused; none: all.",
                                max_digits=9,
                                null=True,
                            ),
                        ),
                        (
                            "subscription_id",
                            models.BigIntegerField(help_text="Where it bills no single item of it.", null=True),
                        ),
                        (
                            "exact_discount",
                            models.DecimalField(
                                decimal_places=12,
                                help_text="Before rounding, where only the document rounds.",
                                max_digits=38,
                                null=True,
                            ),
                        ),
                        (
                            "gross_discount_minor",
                            models.BigIntegerField(help_text="With its tax, where prices include tax.", null=True),
                        ),
                        (
                            "gross_minor",
                            models.BigIntegerField(
                                help_text="Amount with its tax, where prices include tax.", null=True
                            ),
                        ),
                        ("purchase_order", models.CharField(db_default="", default="", max_length=60)),
                        (
                            "spend_limit_id",
                            models.BigIntegerField(help_text="The commitment that it tops up to.", null=True),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_invoice_line",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("item_id__isnull", False)),
                                fields=("account_id", "item_id", "service_from", "kind", "claim_no"),
                                name="line_billed_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("charge_id__isnull", False)),
                                fields=("charge_id",),
                                name="pending_charge_billed_once",
                            ),
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("deferred", True)),
                                fields=["invoice", "line_no"],
                                name="line_deferred",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoiceline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if exists (select 1 from invoicing_invoice as i where i.id = old.invoice_id and i.state <> 'DRAFT') then\n        raise exception 'document % is issued: its lines are frozen', old.invoice_id using errcode = 'BW002';\n    end if;\n    if tg_op = 'DELETE' then\n        return old;\n    end if;\n    return new;\n",
                            hash="f0250d97b7b4305b0b4de93cb97bb4b77c40c6f6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_40870",
                            table="invoicing_invoice_line",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoiceline",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_late",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE refused record;",
                            func="\n    execute $check$\n        select n.invoice_id\n          from (select distinct invoice_id from new_rows) as n\n          join invoicing_invoice as i on i.id = n.invoice_id\n         where i.state <> 'DRAFT'\n         limit 1\n    $check$ into refused;\n    if refused.invoice_id is not null then\n        raise exception 'document % is issued: it takes no further lines', refused.invoice_id\n            using errcode = 'BW002';\n    end if;\n    return null;\n",
                            hash="80cc0fbbc63f8acf6bd79ef8e53bc85ecda99ed7",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_not_late_104d0",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="invoicing_invoice_line",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="InvoiceTax",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "invoice_id",
                                "tax_code",
                                "component",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("tax_code", models.CharField(max_length=20)),
                        ("component", models.CharField(max_length=20)),
                        ("percent", models.DecimalField(decimal_places=6, max_digits=9)),
                        ("net_minor", models.BigIntegerField(help_text="What it is reckoned on.")),
                        ("tax_minor", models.BigIntegerField()),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taxes",
                                to="invoicing.invoice",
                            ),
                        ),
                        (
                            "withheld",
                            models.BooleanField(db_default=False, default=False, help_text="Taken off the total."),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_invoice_tax",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoicetax",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if exists (select 1 from invoicing_invoice as i where i.id = old.invoice_id and i.state <> 'DRAFT') then\n        raise exception 'document % is issued: its lines are frozen', old.invoice_id using errcode = 'BW002';\n    end if;\n    if tg_op = 'DELETE' then\n        return old;\n    end if;\n    return new;\n",
                            hash="5818e01882b0b56b42c0bca3c8df0d49089ea274",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_ebbf7",
                            table="invoicing_invoice_tax",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoicetax",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_late",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE refused record;",
                            func="\n    execute $check$\n        select n.invoice_id\n          from (select distinct invoice_id from new_rows) as n\n          join invoicing_invoice as i on i.id = n.invoice_id\n         where i.state <> 'DRAFT'\n         limit 1\n    $check$ into refused;\n    if refused.invoice_id is not null then\n        raise exception 'document % is issued: it takes no further lines', refused.invoice_id\n            using errcode = 'BW002';\n    end if;\n    return null;\n",
                            hash="8637dcd3f70a4fe19950481b7427b69cff5747fd",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_not_late_52ba0",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="invoicing_invoice_tax",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="LinePart",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "invoice_id",
                                "line_no",
                                "part_no",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("line_no", models.IntegerField()),
                        ("part_no", models.IntegerField()),
                        ("label", models.CharField(default="", max_length=80)),
                        ("quantity", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("flat", models.DecimalField(decimal_places=12, default=0, max_digits=30)),
                        ("percent", models.DecimalField(decimal_places=12, max_digits=18, null=True)),
                        ("package_size", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        ("amount", models.DecimalField(decimal_places=18, max_digits=50)),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parts",
                                to="invoicing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_line_part",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="linepart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if exists (select 1 from invoicing_invoice as i where i.id = old.invoice_id and i.state <> 'DRAFT') then\n        raise exception 'document % is issued: its lines are frozen', old.invoice_id using errcode = 'BW002';\n    end if;\n    if tg_op = 'DELETE' then\n        return old;\n    end if;\n    return new;\n",
                            hash="a373fe556a1a2165fcf5b7870f887cc489900856",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_cd4e5",
                            table="invoicing_line_part",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="linepart",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_late",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE refused record;",
                            func="\n    execute $check$\n        select n.invoice_id\n          from (select distinct invoice_id from new_rows) as n\n          join invoicing_invoice as i on i.id = n.invoice_id\n         where i.state <> 'DRAFT'\n         limit 1\n    $check$ into refused;\n    if refused.invoice_id is not null then\n        raise exception 'document % is issued: it takes no further lines', refused.invoice_id\n            using errcode = 'BW002';\n    end if;\n    return null;\n",
                            hash="541717be2946085e7d51a76430274fef13a4e385",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_not_late_82efa",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="invoicing_line_part",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="LineDiscount",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "invoice_id",
                                "line_no",
                                "place",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("line_no", models.IntegerField()),
                        ("place", models.SmallIntegerField()),
                        ("discount_id", models.BigIntegerField(null=True)),
                        ("name", models.CharField(default="", max_length=120)),
                        ("percent", models.DecimalField(decimal_places=12, max_digits=18, null=True)),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "period_from",
                            models.DateField(help_text="Which period of the charge it counts for.", null=True),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="line_discounts",
                                to="invoicing.invoice",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_line_discount",
                        "indexes": [models.Index(fields=["discount_id"], name="line_discount_by_discount")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="linediscount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    if exists (select 1 from invoicing_invoice as i where i.id = old.invoice_id and i.state <> 'DRAFT') then\n        raise exception 'document % is issued: its lines are frozen', old.invoice_id using errcode = 'BW002';\n    end if;\n    if tg_op = 'DELETE' then\n        return old;\n    end if;\n    return new;\n",
                            hash="056c3c496a119db7de40320b7b90c085c125db35",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_a9a43",
                            table="invoicing_line_discount",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="linediscount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_late",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE refused record;",
                            func="\n    execute $check$\n        select n.invoice_id\n          from (select distinct invoice_id from new_rows) as n\n          join invoicing_invoice as i on i.id = n.invoice_id\n         where i.state <> 'DRAFT'\n         limit 1\n    $check$ into refused;\n    if refused.invoice_id is not null then\n        raise exception 'document % is issued: it takes no further lines', refused.invoice_id\n            using errcode = 'BW002';\n    end if;\n    return null;\n",
                            hash="4325b8a34440c1de7366328a77e1b88ebedc6cee",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_not_late_e082e",
                            referencing="REFERENCING NEW TABLE AS new_rows ",
                            table="invoicing_line_discount",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="DocumentSeal",
                    fields=[
                        (
                            "invoice",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="seal",
                                serialize=False,
                                to="invoicing.invoice",
                            ),
                        ),
                        ("version", models.SmallIntegerField(default=1)),
                        ("digest", models.BinaryField(help_text="SHA-256.")),
                    ],
                    options={
                        "db_table": "invoicing_document_seal",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="documentseal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="6179dd44a7c461f12e08812c7cdfed69b36ab0aa",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_1c2d9",
                            table="invoicing_document_seal",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RevenueRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="Its first day.")),
                        ("turn", models.SmallIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("actor", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.legalentity"
                            ),
                        ),
                        (
                            "reverses",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="reversed_by",
                                to="invoicing.revenuerun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_revenue_run",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("legal_entity", "month", "turn"), name="revenue_run_once_a_turn"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="revenuerun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="e6fe789fab104abe33335ee56774153e7f71cd86",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_f6fc8",
                            table="invoicing_revenue_run",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RevenueSchedule",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "invoice_id", "line_no", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("invoice_id", models.BigIntegerField()),
                        ("line_no", models.IntegerField()),
                        ("head_invoice_id", models.BigIntegerField()),
                        ("head_line_no", models.IntegerField()),
                        ("legal_entity_id", models.BigIntegerField()),
                        (
                            "ledger_account_id",
                            models.BigIntegerField(help_text="The deferred revenue account that it was posted to."),
                        ),
                        ("currency", models.CharField(max_length=3)),
                        ("service_from", models.DateField()),
                        ("ends_before", models.DateField()),
                        ("net_minor", models.BigIntegerField()),
                        ("base_minor", models.BigIntegerField()),
                        ("accounting_date", models.DateField()),
                        ("settled_on", models.DateField(null=True)),
                    ],
                    options={
                        "db_table": "invoicing_revenue_schedule",
                        "indexes": [
                            models.Index(fields=["head_invoice_id", "head_line_no"], name="revenue_schedule_by_head"),
                            models.Index(
                                condition=models.Q(("settled_on", None)),
                                fields=["legal_entity_id"],
                                name="revenue_schedule_open",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("ends_before__gt", models.F("service_from"))),
                                name="scheduled_service_not_empty",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="revenueschedule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="cd89fe0dbc66bb2205d69293e2e6d6f03e74e0d7",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_57b17",
                            table="invoicing_revenue_schedule",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="revenueschedule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="fixed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\n    raise exception 'the schedule of line % of document % is fixed with its document', old.line_no, old.invoice_id\n        using errcode = 'BW002';\n",
                            hash="72ca18f3479270bdb49d1886589fd52c58536ea6",
                            operation='UPDATE OF "invoice_id", "line_no", "head_invoice_id", "head_line_no", "legal_entity_id", "ledger_account_id", "currency", "service_from", "ends_before", "net_minor", "base_minor", "accounting_date"',
                            pgid="pgtrigger_fixed_2f707",
                            table="invoicing_revenue_schedule",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RevenuePosting",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "run_id",
                                "invoice_id",
                                "line_no",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("invoice_id", models.BigIntegerField()),
                        ("line_no", models.IntegerField()),
                        ("recognized_minor", models.BigIntegerField()),
                        ("base_minor", models.BigIntegerField()),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
                                to="invoicing.revenuerun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_revenue_posting",
                        "indexes": [models.Index(fields=["invoice_id", "line_no"], name="revenue_posting_by_line")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="revenueposting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="1b82f5bf1511a20ab12f8dc17566a2b562680bb0",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_60f91",
                            table="invoicing_revenue_posting",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ShadowRun",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("payer_ids", models.JSONField(help_text="None: every payer.", null=True)),
                        ("as_of", models.DateField()),
                        ("document_date", models.DateField()),
                        ("interim", models.BooleanField(default=False)),
                        ("supposed", models.JSONField()),
                        ("description", models.CharField(default="", max_length=200)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("DRAFTING", "Drafting"),
                                    ("DRAFTED", "Drafted"),
                                    ("SIGNED_OFF", "Signed Off"),
                                ],
                                default="DRAFTING",
                                max_length=10,
                            ),
                        ),
                        ("created_by", models.CharField(max_length=80)),
                        ("created_at", models.DateTimeField()),
                        ("drafted_at", models.DateTimeField(null=True)),
                        ("seconds", models.DecimalField(decimal_places=3, default=0, max_digits=12)),
                        ("payer_count", models.IntegerField(default=0, help_text="Accounts in either draft.")),
                        ("changed_count", models.IntegerField(default=0, help_text="Accounts whose drafts differ.")),
                        ("totals", models.JSONField(default=list)),
                        ("groups", models.JSONField(default=list)),
                        ("digest", models.UUIDField(null=True)),
                        ("signed_by", models.CharField(default="", max_length=80)),
                        ("signed_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(default="", help_text="Of the person who signed.", max_length=400)),
                        (
                            "bill_run",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="shadows",
                                to="invoicing.billrun",
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="org.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_shadow_run",
                        "indexes": [models.Index(fields=["bill_run", "-id"], name="shadow_by_bill_run")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="shadowrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{DRAFTED:SIGNED_OFF,DRAFTING:DRAFTED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="3fbde0e2b769db5705f2bf3dc943716135f1140d",
                            operation="UPDATE",
                            pgid="pgtrigger_states_782d2",
                            table="invoicing_shadow_run",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="shadowrun",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="c15bf49da06cf9f1138d561c2df22e26b4a32ebd",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_142cd",
                            table="invoicing_shadow_run",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ShadowLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("payer_id", models.BigIntegerField()),
                        ("side", models.CharField(help_text="A: the first draft, B: the second.", max_length=1)),
                        ("account_id", models.BigIntegerField()),
                        ("charge_key", models.CharField(max_length=340)),
                        ("kind", models.CharField(max_length=14)),
                        ("text", models.CharField(max_length=300)),
                        ("service_from", models.DateField()),
                        ("service_to", models.DateField()),
                        ("quantity", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("days", models.IntegerField(null=True)),
                        ("base_days", models.IntegerField(null=True)),
                        ("amount_minor", models.BigIntegerField()),
                        ("discount_minor", models.BigIntegerField()),
                        ("tax_percent", models.DecimalField(decimal_places=6, max_digits=9)),
                        ("tax_minor", models.BigIntegerField()),
                        (
                            "shadow",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lines",
                                to="invoicing.shadowrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_shadow_line",
                        "indexes": [models.Index(fields=["shadow", "payer_id"], name="shadow_lines_by_payer")],
                    },
                ),
                migrations.CreateModel(
                    name="ShadowChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("payer_id", models.BigIntegerField()),
                        ("account_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        (
                            "charge_key",
                            models.CharField(help_text="Subscription and charge, or kind and text.", max_length=340),
                        ),
                        ("what", models.CharField(max_length=300)),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("price", "Price"),
                                    ("quantity", "Quantity"),
                                    ("usage", "Usage"),
                                    ("proration", "Proration"),
                                    ("period", "Period"),
                                    ("new", "New"),
                                    ("missing", "Missing"),
                                    ("one_off", "One Off"),
                                    ("discount", "Discount"),
                                    ("tax", "Tax"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "before",
                            models.CharField(
                                default="", help_text="The factor that changed, in the first draft.", max_length=60
                            ),
                        ),
                        ("after", models.CharField(default="", max_length=60)),
                        (
                            "shadow",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="changes",
                                to="invoicing.shadowrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_shadow_change",
                        "indexes": [models.Index(fields=["shadow", "payer_id"], name="shadow_changes_by_payer")],
                    },
                ),
                migrations.CreateModel(
                    name="HeldDocument",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("payer_id", models.BigIntegerField()),
                        ("legal_entity_id", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("total_minor", models.BigIntegerField()),
                        ("code", models.CharField(max_length=40)),
                        ("facts", models.JSONField(default=dict)),
                        ("digest", models.UUIDField()),
                        (
                            "state",
                            models.CharField(
                                choices=[("OPEN", "Open"), ("RELEASED", "Released"), ("GONE", "Gone")],
                                default="OPEN",
                                max_length=8,
                            ),
                        ),
                        ("held_at", models.DateTimeField()),
                        ("decided_by", models.CharField(default="", max_length=80)),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(default="", max_length=400)),
                        (
                            "run",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="held",
                                to="invoicing.billrun",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_held_document",
                        "indexes": [
                            models.Index(fields=["state", "id"], name="held_document_by_state"),
                            models.Index(fields=["payer_id", "code"], name="held_document_by_payer"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("run", "payer_id", "code", "digest"), name="held_once_for_a_reason"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="helddocument",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{GONE:OPEN,OPEN:GONE,OPEN:RELEASED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="56c001d72e4c6122506e80baf0aacdd9e32ac5b2",
                            operation="UPDATE",
                            pgid="pgtrigger_states_564fa",
                            table="invoicing_held_document",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="helddocument",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="2183dbfeb0c909d5e9623f332f439d3a5fff7c9f",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_5cd86",
                            table="invoicing_held_document",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CheckRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40)),
                        ("valid_from", models.DateField()),
                        (
                            "severity",
                            models.CharField(
                                choices=[("OFF", "Off"), ("NOTE", "Note"), ("WARNING", "Warning"), ("HOLD", "Hold")],
                                max_length=7,
                            ),
                        ),
                        ("factor", models.DecimalField(decimal_places=4, max_digits=12, null=True)),
                        ("minimum", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        ("days", models.IntegerField(null=True)),
                        ("reason", models.CharField(default="", max_length=400)),
                        ("set_by", models.CharField(max_length=80)),
                        ("asked_by", models.CharField(default="", max_length=80)),
                        ("set_at", models.DateTimeField()),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.legalentity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_check_rule",
                        "indexes": [
                            models.Index(
                                fields=["legal_entity", "code", "-valid_from", "-id"], name="check_rule_by_day"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="checkrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="d029341c159243d3bed4ccdc488639fed9d0f83e",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_8ee8d",
                            table="invoicing_check_rule",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CoverageReason",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("account_id", models.BigIntegerField()),
                        (
                            "item_id",
                            models.BigIntegerField(help_text="Of the charge whose days it explains.", null=True),
                        ),
                        ("starts_on", models.DateField(null=True)),
                        ("ends_before", models.DateField(null=True)),
                        (
                            "invoice_id",
                            models.BigIntegerField(help_text="Of the line that looks billed twice.", null=True),
                        ),
                        ("line_no", models.IntegerField(null=True)),
                        ("reason", models.CharField(max_length=400)),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "invoicing_coverage_reason",
                        "indexes": [
                            models.Index(fields=["item_id", "-id"], name="coverage_reason_by_item"),
                            models.Index(fields=["invoice_id", "line_no"], name="coverage_reason_by_line"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("item_id__isnull", False), ("starts_on__lt", models.F("ends_before"))),
                                    models.Q(("invoice_id__isnull", False), ("line_no__isnull", False)),
                                    _connector="OR",
                                ),
                                name="coverage_reason_is_about_something",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coveragereason",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="9b1a99740d4235c06d0d3f91e12a712a97eba3e6",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_3af18",
                            table="invoicing_coverage_reason",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Rebilling",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "cause",
                            models.CharField(
                                choices=[
                                    ("PLAN", "Plan"),
                                    ("QUANTITY", "Quantity"),
                                    ("PRICE", "Price"),
                                    ("PERIOD", "Period"),
                                    ("TAX", "Tax"),
                                    ("BUYER", "Buyer"),
                                    ("CUSTOMER", "Customer"),
                                    ("OTHER", "Other"),
                                ],
                                max_length=13,
                            ),
                        ),
                        ("true_date", models.DateField()),
                        ("reason", models.CharField(default="", max_length=200)),
                        ("subscription_id", models.BigIntegerField(null=True)),
                        ("was", models.JSONField(default=dict)),
                        ("made", models.JSONField(default=dict)),
                        ("checked_lines", models.IntegerField()),
                        ("wrong_lines", models.IntegerField()),
                        ("wrong_days", models.IntegerField()),
                        ("wrong_clauses", models.IntegerField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "original",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rebillings",
                                to="invoicing.invoice",
                            ),
                        ),
                        (
                            "undoes",
                            models.OneToOneField(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="undone_by",
                                to="invoicing.rebilling",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_rebilling",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("wrong_lines__gte", 0), ("wrong_lines__lte", models.F("checked_lines"))
                                ),
                                name="rebilling_counts_lines",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rebilling",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="93b71ecc287d054fae4230592ae9ed828159ce0c",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_420f7",
                            table="invoicing_rebilling",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RebilledDocument",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "rebilling_id",
                                "invoice_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[("CREDIT", "Credit"), ("REPLACEMENT", "Replacement")], max_length=11
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="invoicing.invoice",
                            ),
                        ),
                        (
                            "rebilling",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="documents",
                                to="invoicing.rebilling",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "invoicing_rebilled_document",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rebilleddocument",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="debf23035fd08d6b7312c9e549c6a977070459e7",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_f1484",
                            table="invoicing_rebilled_document",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
