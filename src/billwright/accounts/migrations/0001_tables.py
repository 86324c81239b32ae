"""Lay down the tables of accounts, with their constraints, indexes and triggers."""

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0003_account_index_for_lists"),
        ("accounts", "0004_terms_in_parts"),
        ("accounts", "0005_document_choices"),
        ("accounts", "0006_numbers_in_any_case"),
    ]

    dependencies = [
        # The rows of currencies are made while few tables are there: what works with rows renders them all.
        ("org", "0002_currencies"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="CustomerKey",
                    fields=[
                        ("owner", models.CharField(max_length=80, primary_key=True, serialize=False)),
                        ("wrapped", models.BinaryField(null=True)),
                        ("destroyed_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "accounts_customer_key",
                    },
                ),
                migrations.CreateModel(
                    name="Customer",
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
                                choices=[("PERSON", "Person"), ("ORGANIZATION", "Organization")], max_length=12
                            ),
                        ),
                        ("name", models.CharField(help_text="As printed on documents.", max_length=200)),
                        ("first_name", models.CharField(default="", max_length=100)),
                        ("last_name", models.CharField(default="", max_length=100)),
                        ("language", models.CharField(default="en", max_length=8)),
                        ("country", models.CharField(max_length=2)),
                        ("timezone", models.CharField(max_length=60)),
                        ("tax_number", models.CharField(default="", max_length=40)),
                        ("registration_number", models.CharField(default="", max_length=60)),
                        (
                            "reference",
                            models.CharField(
                                default="", help_text="Identity in the system it came from.", max_length=80
                            ),
                        ),
                        ("merged_at", models.DateTimeField(null=True)),
                        (
                            "version",
                            models.IntegerField(
                                default=1, help_text="Counts edits: two people cannot overwrite each other."
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                        (
                            "merged_into",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="accounts.customer",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_customer",
                        "indexes": [
                            models.Index(django.db.models.functions.text.Lower("name"), name="customer_by_name"),
                            models.Index(
                                condition=models.Q(("tax_number", ""), _negated=True),
                                fields=["tax_number"],
                                name="customer_by_tax_number",
                            ),
                            models.Index(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=["reference"],
                                name="customer_by_reference",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into", None),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="customer_not_merged_into_itself",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="customer",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="f62f1749513d0e2f49ffd2e8a3f54bab3e43788d",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_eef80",
                            table="accounts_customer",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="BillingAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=30, unique=True)),
                        (
                            "name",
                            models.CharField(
                                default="", help_text="Shown instead of the customer's name, if given.", max_length=200
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("OPEN", "Open"), ("CLOSED", "Closed")], default="OPEN", max_length=6
                            ),
                        ),
                        ("cycle_day", models.SmallIntegerField(null=True)),
                        ("timezone", models.CharField(max_length=60)),
                        ("language", models.CharField(max_length=8)),
                        (
                            "payment_terms_days",
                            models.SmallIntegerField(help_text="None: the entity's terms.", null=True),
                        ),
                        (
                            "delivery",
                            models.CharField(
                                choices=[("EMAIL", "Email"), ("POST", "Post"), ("PORTAL", "Portal"), ("NONE", "None")],
                                default="EMAIL",
                                max_length=6,
                            ),
                        ),
                        (
                            "tax_treatment",
                            models.CharField(
                                choices=[
                                    ("DOMESTIC", "Domestic"),
                                    ("INTRA_STATE", "Intra State"),
                                    ("INTER_STATE", "Inter State"),
                                    ("REVERSE_CHARGE", "Reverse Charge"),
                                    ("EXPORT", "Export"),
                                    ("EXEMPT", "Exempt"),
                                ],
                                default="DOMESTIC",
                                max_length=14,
                            ),
                        ),
                        ("tax_exemption_reason", models.CharField(default="", max_length=200)),
                        ("place_of_supply", models.CharField(default="", max_length=40)),
                        ("credit_class", models.CharField(default="STANDARD", max_length=20)),
                        ("purchase_order", models.CharField(default="", max_length=60)),
                        ("cost_center", models.CharField(default="", max_length=60)),
                        (
                            "reference",
                            models.CharField(default="", help_text="Number in the system it came from.", max_length=80),
                        ),
                        (
                            "payment_method",
                            models.CharField(default="", help_text="How the customer usually pays.", max_length=40),
                        ),
                        ("opened_on", models.DateField()),
                        ("closed_on", models.DateField(null=True)),
                        ("version", models.IntegerField(default=1)),
                        ("created_at", models.DateTimeField()),
                        (
                            "currency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.currency"
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
                            "customer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="billing_accounts",
                                to="accounts.customer",
                            ),
                        ),
                        (
                            "conventions",
                            models.JSONField(
                                db_default={},
                                default=dict,
                                help_text="Options chosen for this account: {option: value}.",
                            ),
                        ),
                        (
                            "segment",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="Whose price list holds for it, before the common one.",
                                max_length=40,
                            ),
                        ),
                        (
                            "payment_parts",
                            models.JSONField(
                                help_text="Instead of days: parts that documents fall due in, as org.terms stores them.",
                                null=True,
                            ),
                        ),
                        (
                            "layout",
                            models.JSONField(
                                db_default={},
                                default=dict,
                                help_text="How its documents are printed, as accounts.layouts stores it.",
                            ),
                        ),
                        (
                            "required_references",
                            models.JSONField(
                                db_default=[],
                                default=list,
                                help_text="References that every line it is billed carries: their names.",
                            ),
                        ),
                        (
                            "split_by",
                            models.CharField(
                                choices=[
                                    ("NONE", "None"),
                                    ("PURCHASE_ORDER", "Purchase Order"),
                                    ("COST_CENTER", "Cost Center"),
                                    ("SUBSCRIPTION", "Subscription"),
                                    ("ACCOUNT", "Account"),
                                ],
                                db_default="NONE",
                                default="NONE",
                                help_text="What its documents of a run are split by.",
                                max_length=14,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_billing_account",
                        "indexes": [
                            models.Index(fields=["customer"], name="account_by_customer"),
                            models.Index(
                                condition=models.Q(("reference", ""), _negated=True),
                                fields=["reference"],
                                name="account_by_reference",
                            ),
                            models.Index(
                                fields=["legal_entity", "id"],
                                include=("currency", "customer"),
                                name="account_of_entity",
                            ),
                            models.Index(
                                django.db.models.functions.text.Upper("number"), name="account_by_upper_number"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("cycle_day", None),
                                    models.Q(("cycle_day__gte", 1), ("cycle_day__lte", 31)),
                                    _connector="OR",
                                ),
                                name="cycle_day_of_a_month",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("payment_terms_days", None), ("payment_terms_days__gte", 0), _connector="OR"
                                ),
                                name="terms_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("payment_terms_days", None), ("payment_parts", None), _connector="OR"
                                ),
                                name="terms_are_days_or_parts",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="billingaccount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{CLOSED:OPEN,OPEN:CLOSED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="2032834bd2c81a90957e459fb0b7ede376fd22d7",
                            operation="UPDATE",
                            pgid="pgtrigger_states_088ac",
                            table="accounts_billing_account",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="billingaccount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="4760ddcc39b6cac0ad480d295a5129392b2fea10",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_5ff14",
                            table="accounts_billing_account",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ParentLink",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("valid_to", models.DateField(null=True)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "child",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="parent_links",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="child_links",
                                to="accounts.billingaccount",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_parent_link",
                        "constraints": [
                            models.UniqueConstraint(fields=("child", "valid_from"), name="one_parent_from_a_day"),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)), fields=("child",), name="one_open_parent_link"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("child", models.F("parent")), _negated=True),
                                name="nobody_is_their_own_parent",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("BILLING", "Billing"),
                                    ("COLLECTIONS", "Collections"),
                                    ("TECHNICAL", "Technical"),
                                    ("LEGAL", "Legal"),
                                    ("OWNER", "Owner"),
                                ],
                                default="BILLING",
                                max_length=12,
                            ),
                        ),
                        ("name", models.CharField(default="", max_length=200)),
                        ("email", models.CharField(default="", max_length=254)),
                        ("phone", models.CharField(default="", max_length=40)),
                        ("language", models.CharField(default="", max_length=8)),
                        ("timezone", models.CharField(default="", max_length=60)),
                        ("active", models.BooleanField(default=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="accounts.billingaccount",
                            ),
                        ),
                        ("version", models.IntegerField(default=1)),
                    ],
                    options={
                        "db_table": "accounts_contact",
                        "indexes": [
                            models.Index(fields=["account"], name="contact_by_account"),
                            models.Index(django.db.models.functions.text.Lower("email"), name="contact_by_email"),
                            models.Index(
                                condition=models.Q(("phone", ""), _negated=True),
                                fields=["phone"],
                                name="contact_by_phone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Address",
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
                                choices=[("BILLING", "Billing"), ("SERVICE", "Service"), ("LEGAL", "Legal")],
                                default="BILLING",
                                max_length=8,
                            ),
                        ),
                        ("addressee", models.CharField(default="", max_length=200)),
                        ("street", models.CharField(default="", max_length=200)),
                        ("postcode", models.CharField(default="", max_length=20)),
                        ("city", models.CharField(default="", max_length=100)),
                        ("region", models.CharField(default="", max_length=60)),
                        ("country", models.CharField(max_length=2)),
                        ("valid_from", models.DateField()),
                        ("valid_to", models.DateField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addresses",
                                to="accounts.billingaccount",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_address",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "kind", "valid_from"), name="one_address_from_a_day"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to", None)),
                                fields=("account", "kind"),
                                name="one_present_address_per_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReferenceField",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("label", models.CharField(max_length=60)),
                        ("value", models.CharField(max_length=120)),
                        ("required", models.BooleanField(default=False)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="references",
                                to="accounts.billingaccount",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_reference_field",
                        "constraints": [
                            models.UniqueConstraint(fields=("account", "label"), name="reference_label_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AccountNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("body", models.TextField()),
                        ("author", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="notes",
                                to="accounts.billingaccount",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_note",
                        "indexes": [models.Index(fields=["account", "-id"], name="note_by_account")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="accountnote",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="1650dbaed81d6d338b9b76b0a8db716bf0fb6788",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_42442",
                            table="accounts_note",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="StatusNote",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("status", models.CharField(max_length=80)),
                        ("cause", models.CharField(default="", max_length=200)),
                        ("next_action", models.CharField(default="", max_length=200)),
                        ("next_action_on", models.DateField(null=True)),
                        ("author", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="status_notes",
                                to="accounts.billingaccount",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_status_note",
                        "indexes": [models.Index(fields=["account", "-id"], name="status_note_by_account")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="statusnote",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="a511305a6371ef786ccdd3d402ca98e101ba99d0",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_777aa",
                            table="accounts_status_note",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="SearchWord",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "account_id", "word", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("word", models.CharField(max_length=80)),
                        (
                            "account",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "accounts_search_word",
                        "indexes": [
                            models.Index(
                                fields=["word", "account"],
                                name="account_by_word",
                                opclasses=["varchar_pattern_ops", "int8_ops"],
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
