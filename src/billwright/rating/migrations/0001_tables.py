"""Lay down the tables of rating, with their constraints, indexes and triggers."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [("rating", "0001_initial"), ("rating", "0002_coupons")]

    dependencies = [
        ("accounts", "0001_tables"),
        ("catalog", "0001_tables"),
        ("org", "0001_tables"),
        ("subscriptions", "0001_tables"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="PendingCharge",
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
                                    ("ONE_OFF", "One Off"),
                                    ("ADJUSTMENT", "Adjustment"),
                                    ("TRUE_UP", "True Up"),
                                    ("SERVICE_CREDIT", "Service Credit"),
                                    ("SETTLEMENT", "Settlement"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PROPOSED", "Proposed"),
                                    ("READY", "Ready"),
                                    ("BILLED", "Billed"),
                                    ("DISCARDED", "Discarded"),
                                ],
                                default="PROPOSED",
                                max_length=9,
                            ),
                        ),
                        ("text", models.CharField(max_length=200)),
                        ("quantity", models.DecimalField(decimal_places=6, default=1, max_digits=24)),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("amount_minor", models.BigIntegerField()),
                        ("currency", models.CharField(max_length=3)),
                        ("service_from", models.DateField()),
                        ("service_to", models.DateField()),
                        ("bill_from", models.DateField(help_text="Not before a run of this day.")),
                        ("reason", models.CharField(max_length=200)),
                        ("entered_by", models.CharField(max_length=80)),
                        ("entered_at", models.DateTimeField()),
                        ("approved_by", models.CharField(default="", max_length=80)),
                        ("approved_at", models.DateTimeField(null=True)),
                        ("run_id", models.BigIntegerField(null=True)),
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
                            "payer",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.product"
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="subscriptions.subscription",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "rating_pending_charge",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "READY")),
                                fields=["payer", "id"],
                                name="charge_waiting_by_payer",
                            ),
                            models.Index(fields=["account", "-id"], name="charge_by_account"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor", 0), _negated=True), name="charge_is_not_zero"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pendingcharge",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{PROPOSED:DISCARDED,PROPOSED:READY,READY:BILLED,READY:DISCARDED}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="10cadd00854ab904d89d5774b717fe6603c6da2f",
                            operation="UPDATE",
                            pgid="pgtrigger_states_2dee9",
                            table="rating_pending_charge",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pendingcharge",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="ebcd5291e089f571dbd3c05ff8f3c2683c97c1bd",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_bd78b",
                            table="rating_pending_charge",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RatedRecord",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "item_id",
                                "claim_no",
                                "record_id",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("item_id", models.BigIntegerField()),
                        ("claim_no", models.IntegerField()),
                        ("record_id", models.BigIntegerField()),
                        ("billed_quantity", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("amount", models.DecimalField(decimal_places=18, max_digits=50)),
                        ("is_rated", models.BooleanField()),
                        ("prefix", models.CharField(default="", max_length=20)),
                        (
                            "parts",
                            models.JSONField(default=list, help_text="Per band: quantity, unit and amount, in order."),
                        ),
                        ("run_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "rating_rated_record",
                        "indexes": [models.Index(fields=["record_id"], name="rated_record_by_record")],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="ratedrecord",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="91587cbf9a72d884c0a022fb368dd2aaf14f9a6d",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_1ac81",
                            table="rating_rated_record",
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
                        (
                            "kind",
                            models.CharField(
                                choices=[("BANKED", "Banked"), ("USED", "Used"), ("SETTLED", "Settled")], max_length=7
                            ),
                        ),
                        ("period_from", models.DateField()),
                        ("period_to", models.DateField()),
                        (
                            "quantity",
                            models.DecimalField(
                                decimal_places=12, help_text="Positive: put into the bank.", max_digits=30
                            ),
                        ),
                        ("item_id", models.BigIntegerField()),
                        ("claim_no", models.IntegerField()),
                        ("run_id", models.BigIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "subscription",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bank_entries",
                                to="subscriptions.subscription",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "rating_bank_entry",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("subscription", "kind", "period_from"), name="bank_moves_once_a_period"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="bankentry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="0df78839b93c1c6fc43032b405f622efb56a0fbc",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_4a8e1",
                            table="rating_bank_entry",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PrepaidLot",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("meter", models.CharField(max_length=40)),
                        (
                            "source",
                            models.CharField(choices=[("GRANT", "Grant"), ("ROLLOVER", "Rollover")], max_length=8),
                        ),
                        ("units", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("granted_on", models.DateField(help_text="For periods that end after this day.")),
                        ("expires_on", models.DateField(help_text="Not for periods that begin on this day or later.")),
                        ("item_id", models.BigIntegerField(help_text="Whose period left them over.", null=True)),
                        ("period_from", models.DateField(null=True)),
                        ("run_id", models.BigIntegerField(null=True)),
                        ("entered_by", models.CharField(max_length=80)),
                        ("entered_at", models.DateTimeField()),
                        (
                            "subscription",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prepaid_lots",
                                to="subscriptions.subscription",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "rating_prepaid_lot",
                        "indexes": [models.Index(fields=["subscription", "meter"], name="prepaid_lot_by_meter")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("units__gt", 0)), name="prepaid_units_are_positive"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_on__gt", models.F("granted_on"))),
                                name="prepaid_units_hold_a_day",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("item_id__isnull", False)),
                                fields=("item_id", "period_from"),
                                name="rolled_over_once",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="prepaidlot",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="d3c34a5bb77bf0e5c4d50b63ee80e29c8f484bda",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_d2ddd",
                            table="rating_prepaid_lot",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PrepaidDraw",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("item_id", models.BigIntegerField()),
                        ("claim_no", models.IntegerField()),
                        ("period_from", models.DateField()),
                        ("units", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("run_id", models.BigIntegerField()),
                        (
                            "lot",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="draws",
                                to="rating.prepaidlot",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "rating_prepaid_draw",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("lot", "item_id", "period_from", "claim_no"), name="drawn_once_a_claim"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="prepaiddraw",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="33b9c335049841910c9ec2b9a45002108b5d3aca",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_f7e89",
                            table="rating_prepaid_draw",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Discount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("code", models.CharField(default="", max_length=40)),
                        ("plan_id", models.BigIntegerField(null=True)),
                        (
                            "plan_charge_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("percent", models.DecimalField(decimal_places=12, max_digits=18, null=True)),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=12, help_text="A full period, major units.", max_digits=30, null=True
                            ),
                        ),
                        ("currency", models.CharField(default="", max_length=3)),
                        ("starts_on", models.DateField()),
                        ("ends_before", models.DateField(null=True)),
                        (
                            "periods",
                            models.SmallIntegerField(help_text="Holds for so many periods; none: for all.", null=True),
                        ),
                        ("position", models.SmallIntegerField(default=0)),
                        ("entered_by", models.CharField(max_length=80)),
                        ("entered_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discounts",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discounts",
                                to="subscriptions.subscription",
                            ),
                        ),
                        (
                            "coupon",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="discounts",
                                to="rating.coupon",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "rating_discount",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount__isnull", True), ("percent__isnull", False)),
                                    models.Q(("amount__isnull", False), ("percent__isnull", True)),
                                    _connector="OR",
                                ),
                                name="discount_is_percent_or_amount",
                            )
                        ],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("coupon__isnull", False)),
                                fields=["coupon"],
                                name="discount_by_coupon",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="discount",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="2270a3df9e2e637dfd6fcf9227425d5225d222d7",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_e50ce",
                            table="rating_discount",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="SpendLimit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("plan_id", models.BigIntegerField(null=True)),
                        (
                            "plan_charge_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("minimum", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                        ("maximum", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                        ("currency", models.CharField(max_length=3)),
                        ("starts_on", models.DateField()),
                        ("ends_before", models.DateField(null=True)),
                        ("entered_by", models.CharField(max_length=80)),
                        ("entered_at", models.DateTimeField()),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="spend_limits",
                                to="accounts.billingaccount",
                            ),
                        ),
                        (
                            "subscription",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="spend_limits",
                                to="subscriptions.subscription",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "rating_spend_limit",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="spendlimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="2f45a8022c7874e173325c7efa2d03bb6b228353",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_b1773",
                            table="rating_spend_limit",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Coupon",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(help_text="In upper case.", max_length=40, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("plan_id", models.BigIntegerField(null=True)),
                        (
                            "plan_charge_ids",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.BigIntegerField(), default=list, size=None
                            ),
                        ),
                        ("percent", models.DecimalField(decimal_places=12, max_digits=18, null=True)),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=12, help_text="A full period, major units.", max_digits=30, null=True
                            ),
                        ),
                        ("currency", models.CharField(default="", max_length=3)),
                        (
                            "periods",
                            models.SmallIntegerField(help_text="Holds for so many periods; none: for all.", null=True),
                        ),
                        ("position", models.SmallIntegerField(default=0)),
                        ("valid_from", models.DateField()),
                        ("ends_before", models.DateField(null=True)),
                        ("uses_max", models.IntegerField(null=True)),
                        ("once_per_customer", models.BooleanField(default=True)),
                        ("entered_by", models.CharField(max_length=80)),
                        ("entered_at", models.DateTimeField()),
                        ("closed_by", models.CharField(default="", max_length=80)),
                        ("closed_at", models.DateTimeField(null=True)),
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
                        "db_table": "rating_coupon",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("amount__isnull", True), ("percent__isnull", False)),
                                    models.Q(("amount__isnull", False), ("percent__isnull", True)),
                                    _connector="OR",
                                ),
                                name="coupon_is_percent_or_amount",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("uses_max__isnull", True), ("uses_max__gt", 0), _connector="OR"),
                                name="coupon_has_uses",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="coupon",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="a7c12a703696f84f1c8468975e6daa20ddc7b806",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_998dc",
                            table="rating_coupon",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
