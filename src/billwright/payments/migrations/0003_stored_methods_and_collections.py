"""Lay down stored methods, mandates, agreements with banks, collection runs and their debits."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_terms_in_parts"),
        ("files", "0001_initial"),
        ("org", "0003_terms_in_parts"),
        ("payments", "0002_credit_given"),
    ]

    operations = [
        LayDown(
            [
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
                    ],
                    options={
                        "db_table": "payments_collection_agreement",
                    },
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
                        ("submit_by", models.DateField(help_text="The last day on which the bank takes the file.")),
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
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="payments.collectionagreement",
                            ),
                        ),
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
                    },
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
                    ],
                    options={
                        "db_table": "payments_mandate",
                    },
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
                    ],
                    options={
                        "db_table": "payments_stored_method",
                    },
                ),
                migrations.AddField(
                    model_name="mandate",
                    name="stored_method",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="payments.storedmethod"
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
                    ],
                    options={
                        "db_table": "payments_collection",
                    },
                ),
                migrations.AddIndex(
                    model_name="collectionagreement",
                    index=models.Index(
                        fields=["legal_entity", "scheme", "-valid_from", "-id"], name="collection_agreement_newest"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collectionagreement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("notice_days", None), ("notice_days__gte", 0), _connector="OR"),
                        name="agreement_notice_not_negative",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collectionagreement",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("fee_minor", None), ("fee_minor__gt", 0), _connector="OR"),
                        name="agreement_fee_is_positive",
                    ),
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
                migrations.AddIndex(
                    model_name="collectionrun",
                    index=models.Index(fields=["legal_entity", "-action_day", "-id"], name="collection_run_newest"),
                ),
                migrations.AddConstraint(
                    model_name="collectionrun",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["DRAFT", "CHECKED", "APPROVED"])),
                        fields=("legal_entity", "scheme", "currency", "action_day"),
                        name="collection_run_once_open",
                    ),
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
                migrations.AddIndex(
                    model_name="storedmethod",
                    index=models.Index(fields=["account", "rank", "id"], name="stored_method_by_account"),
                ),
                migrations.AddIndex(
                    model_name="storedmethod",
                    index=models.Index(fields=["fingerprint"], name="stored_method_by_fingerprint"),
                ),
                migrations.AddIndex(
                    model_name="storedmethod",
                    index=models.Index(
                        condition=models.Q(
                            ("expires_on__isnull", False), ("state__in", ["CREATED", "ACTIVE", "SUSPENDED"])
                        ),
                        fields=["expires_on"],
                        name="stored_method_expiring",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="storedmethod",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("state__in", ["CREATED", "ACTIVE", "SUSPENDED"])),
                        fields=("account", "fingerprint"),
                        name="stored_method_once_alive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="storedmethod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("rank__gte", 1)), name="stored_method_rank_from_one"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="storedmethod",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("pay_day", None), models.Q(("pay_day__gte", 1), ("pay_day__lte", 31)), _connector="OR"
                        ),
                        name="stored_method_pay_day",
                    ),
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
                migrations.AddIndex(
                    model_name="mandate",
                    index=models.Index(fields=["account", "-id"], name="mandate_by_account"),
                ),
                migrations.AddIndex(
                    model_name="mandate",
                    index=models.Index(
                        condition=models.Q(("state", "ACTIVE")),
                        fields=["legal_entity", "scheme", "account"],
                        name="mandate_active",
                    ),
                ),
                migrations.AddIndex(
                    model_name="mandate",
                    index=models.Index(fields=["legal_entity", "state", "-id"], name="mandate_by_state"),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.UniqueConstraint(
                        fields=("legal_entity", "scheme", "reference"), name="mandate_reference_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("limit_minor", None), ("limit_minor__gt", 0), _connector="OR"),
                        name="mandate_limit_is_positive",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("collection_day", None),
                            models.Q(("collection_day__gte", 1), ("collection_day__lte", 31)),
                            _connector="OR",
                        ),
                        name="mandate_collection_day",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="mandate",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("first_on", None),
                            ("ends_on__gte", models.F("first_on")),
                            _connector="OR",
                        ),
                        name="mandate_ends_after_it_begins",
                    ),
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
                migrations.AddIndex(
                    model_name="collection",
                    index=models.Index(fields=["account", "-action_day", "-id"], name="collection_by_account"),
                ),
                migrations.AddIndex(
                    model_name="collection",
                    index=models.Index(
                        condition=models.Q(("resolved_at", None), ("state__in", ["FAILED", "RETURNED"])),
                        fields=["legal_entity", "kind", "-failed_on", "-id"],
                        name="collection_failed_queue",
                    ),
                ),
                migrations.AddIndex(
                    model_name="collection",
                    index=models.Index(
                        condition=models.Q(("state", "SUBMITTED")), fields=["action_day"], name="collection_waiting"
                    ),
                ),
                migrations.AddIndex(
                    model_name="collection",
                    index=models.Index(
                        condition=models.Q(("gateway_reference", ""), _negated=True),
                        fields=["gateway_reference"],
                        name="collection_by_gateway",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collection",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0)), name="collection_is_positive"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collection",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attempt_no", 1), ("first_attempt", None)),
                            models.Q(("attempt_no__gt", 1), ("first_attempt__isnull", False)),
                            _connector="OR",
                        ),
                        name="collection_attempts_are_counted",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="collection",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("first_attempt__isnull", False), models.Q(("state", "CANCELED"), _negated=True)
                        ),
                        fields=("first_attempt", "attempt_no"),
                        name="collection_attempt_once",
                    ),
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
            ]
        )
    ]
