"""Lay down the tables of catalog, with their constraints, indexes and triggers."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("catalog", "0001_initial"),
        ("catalog", "0002_lapsing_prices"),
        ("catalog", "0003_renewal_and_change_rules"),
        ("catalog", "0004_withdrawn_prices"),
    ]

    dependencies = [
        ("org", "0001_tables"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("family", models.CharField(default="services", max_length=40)),
                        (
                            "tax_category",
                            models.CharField(
                                default="STANDARD",
                                help_text="One of those that ship, or a company's own.",
                                max_length=20,
                            ),
                        ),
                        (
                            "tax_classification",
                            models.CharField(
                                default="", help_text="HSN or SAC where the law asks for it.", max_length=20
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_product",
                    },
                ),
                migrations.CreateModel(
                    name="Plan",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("description", models.TextField(default="")),
                        ("active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField()),
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
                            "conventions",
                            models.JSONField(
                                db_default={}, default=dict, help_text="Options chosen for this plan: {option: value}."
                            ),
                        ),
                        (
                            "trial_count",
                            models.SmallIntegerField(
                                db_default=0, default=0, help_text="Recurring charges are free so long; 0: no trial."
                            ),
                        ),
                        (
                            "trial_unit",
                            models.CharField(
                                choices=[("MONTH", "Month"), ("DAY", "Day"), ("ONCE", "Once")],
                                db_default="DAY",
                                default="DAY",
                                max_length=6,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_plan",
                    },
                ),
                migrations.CreateModel(
                    name="PlanLimit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("minimum", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                        ("maximum", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                        (
                            "currency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.currency"
                            ),
                        ),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="limits", to="catalog.plan"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_plan_limit",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan", "currency", "valid_from"), name="one_plan_limit_from_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanServiceLevel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "below",
                            models.DecimalField(decimal_places=6, help_text="Percent of the month.", max_digits=9),
                        ),
                        ("percent", models.DecimalField(decimal_places=6, max_digits=9)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="service_levels",
                                to="catalog.plan",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_plan_service_level",
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "below"), name="one_service_level_below")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanNetting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("import_meter", models.CharField(max_length=40)),
                        ("export_meter", models.CharField(max_length=40)),
                        ("settle_month", models.SmallIntegerField()),
                        ("settle_day", models.SmallIntegerField()),
                        ("settle_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        (
                            "plan",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="netting", to="catalog.plan"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_plan_netting",
                    },
                ),
                migrations.CreateModel(
                    name="PriceIndex",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("source", models.CharField(default="", max_length=120)),
                    ],
                    options={
                        "db_table": "catalog_price_index",
                    },
                ),
                migrations.CreateModel(
                    name="PriceIndexValue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(help_text="Its first day.")),
                        ("value", models.DecimalField(decimal_places=6, max_digits=18)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "index",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="values",
                                to="catalog.priceindex",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_price_index_value",
                        "constraints": [
                            models.UniqueConstraint(fields=("index", "month"), name="one_index_value_a_month")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="priceindexvalue",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="9efe5ade297e517c2c75d9ebd82cbbf19fabe4c3",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_aa62e",
                            table="catalog_price_index_value",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PlanCharge",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40)),
                        ("name", models.CharField(max_length=120)),
                        (
                            "model",
                            models.CharField(
                                choices=[
                                    ("FLAT", "Flat"),
                                    ("PER_UNIT", "Per Unit"),
                                    ("PACKAGE", "Package"),
                                    ("GRADUATED", "Graduated"),
                                    ("VOLUME", "Volume"),
                                    ("PERCENTAGE", "Percentage"),
                                    ("CALL", "Call"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "interval_unit",
                            models.CharField(
                                choices=[("MONTH", "Month"), ("DAY", "Day"), ("ONCE", "Once")],
                                default="MONTH",
                                max_length=6,
                            ),
                        ),
                        ("interval_count", models.SmallIntegerField(default=1)),
                        (
                            "timing",
                            models.CharField(
                                choices=[("ADVANCE", "Advance"), ("ARREARS", "Arrears")],
                                default="ADVANCE",
                                max_length=8,
                            ),
                        ),
                        ("position", models.SmallIntegerField(default=0)),
                        (
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="charges", to="catalog.plan"
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.product"
                            ),
                        ),
                        (
                            "conventions",
                            models.JSONField(
                                db_default={},
                                default=dict,
                                help_text="Options chosen for this charge: {option: value}.",
                            ),
                        ),
                        (
                            "escalate_cap",
                            models.DecimalField(
                                decimal_places=12, help_text="Percent a step.", max_digits=18, null=True
                            ),
                        ),
                        ("escalate_decimals", models.SmallIntegerField(db_default=4, default=4)),
                        (
                            "escalate_floor",
                            models.DecimalField(
                                decimal_places=12, help_text="Percent a step.", max_digits=18, null=True
                            ),
                        ),
                        (
                            "escalate_index",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="Code of a price index followed instead.",
                                max_length=40,
                            ),
                        ),
                        (
                            "escalate_months",
                            models.SmallIntegerField(
                                db_default=0, default=0, help_text="Months between escalations; 0: none."
                            ),
                        ),
                        ("escalate_percent", models.DecimalField(decimal_places=12, max_digits=18, null=True)),
                        (
                            "meter",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="Code of a meter; none: the subscription's quantity.",
                                max_length=40,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_plan_charge",
                        "constraints": [
                            models.UniqueConstraint(fields=("plan", "code"), name="charge_code_once_per_plan"),
                            models.CheckConstraint(
                                condition=models.Q(("interval_count__gte", 1)), name="interval_is_positive"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Price",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("version", models.SmallIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "currency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.currency"
                            ),
                        ),
                        (
                            "plan_charge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="prices",
                                to="catalog.plancharge",
                            ),
                        ),
                        (
                            "base_price",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.price",
                            ),
                        ),
                        (
                            "by_property",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="The property of the usage that decides.",
                                max_length=40,
                            ),
                        ),
                        (
                            "cap",
                            models.DecimalField(decimal_places=12, help_text="Of one call.", max_digits=30, null=True),
                        ),
                        ("connect", models.DecimalField(db_default=0, decimal_places=12, default=0, max_digits=30)),
                        (
                            "factor",
                            models.DecimalField(
                                decimal_places=12, help_text="Of the first price.", max_digits=24, null=True
                            ),
                        ),
                        ("fixed", models.DecimalField(db_default=0, decimal_places=12, default=0, max_digits=30)),
                        ("included", models.DecimalField(db_default=0, decimal_places=6, default=0, max_digits=24)),
                        ("included_records", models.IntegerField(null=True)),
                        (
                            "maximum",
                            models.DecimalField(
                                decimal_places=12, help_text="Of a full period.", max_digits=30, null=True
                            ),
                        ),
                        (
                            "minimum",
                            models.DecimalField(
                                decimal_places=12, help_text="Of a full period.", max_digits=30, null=True
                            ),
                        ),
                        ("package_size", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        (
                            "per",
                            models.DecimalField(
                                db_default=1,
                                decimal_places=6,
                                default=1,
                                help_text="Units that the price is for.",
                                max_digits=24,
                            ),
                        ),
                        ("percent", models.DecimalField(decimal_places=12, max_digits=18, null=True)),
                        ("record_maximum", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                        ("record_minimum", models.DecimalField(decimal_places=12, max_digits=30, null=True)),
                        (
                            "says",
                            models.CharField(
                                db_default="",
                                default="",
                                help_text="Printed: the index value or the clause.",
                                max_length=200,
                            ),
                        ),
                        ("scope", models.CharField(db_default="", default="", max_length=80)),
                        (
                            "step",
                            models.DecimalField(
                                decimal_places=6, help_text="Records count in started steps.", max_digits=24, null=True
                            ),
                        ),
                        (
                            "rollover_periods",
                            models.SmallIntegerField(
                                db_default=0,
                                default=0,
                                help_text="Included units that are left are carried so many periods on.",
                            ),
                        ),
                        (
                            "lapses",
                            models.BooleanField(
                                db_default=False,
                                default=False,
                                help_text="From its day on its scope has no price: the wider one holds again.",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_price",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("plan_charge", "currency", "scope", "version"), name="price_version_once"
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="price",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="e17273740d99417386e4602a1e9717401b1aac12",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_a36ca",
                            table="catalog_price",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PriceTier",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "price_id", "tier_no", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "price",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tiers",
                                to="catalog.price",
                            ),
                        ),
                        ("tier_no", models.SmallIntegerField()),
                        ("up_to", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        ("unit_price", models.DecimalField(decimal_places=12, default=0, max_digits=30)),
                        ("flat", models.DecimalField(decimal_places=12, default=0, max_digits=30)),
                        ("percent", models.DecimalField(decimal_places=12, max_digits=18, null=True)),
                        ("package_size", models.DecimalField(decimal_places=6, max_digits=24, null=True)),
                        ("is_all", models.BooleanField(default=False)),
                    ],
                    options={
                        "db_table": "catalog_price_tier",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pricetier",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="1c8912613b58aef401b5342350bbaafb9ecf7fb5",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_46c0b",
                            table="catalog_price_tier",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PriceByValue",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "price_id", "value", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        (
                            "price",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="by_values",
                                to="catalog.price",
                            ),
                        ),
                        ("value", models.CharField(max_length=80)),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                    ],
                    options={
                        "db_table": "catalog_price_by_value",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pricebyvalue",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="469533e5a95e72ed577493ac8bf3fa939e78de66",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_d3aaa",
                            table="catalog_price_by_value",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CallBand",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("prefix", models.CharField(default="", max_length=20)),
                        ("name", models.CharField(default="", max_length=40)),
                        ("days", models.CharField(default="", help_text="Such as 1,2,3,4,5.", max_length=20)),
                        ("dates", models.CharField(default="", help_text="Such as 12-25,01-01.", max_length=200)),
                        ("from_time", models.TimeField(null=True)),
                        ("connect", models.DecimalField(db_default=0, decimal_places=12, default=0, max_digits=30)),
                        (
                            "price",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="bands", to="catalog.price"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_call_band",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="callband",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="67c8c691fad6cae562e1936012e0863cb8edf212",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_03351",
                            table="catalog_call_band",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="CallRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_second", models.IntegerField(default=0)),
                        ("unit_price", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("per", models.DecimalField(db_default=60, decimal_places=6, default=60, max_digits=24)),
                        ("step", models.DecimalField(decimal_places=6, default=1, max_digits=24)),
                        (
                            "band",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="rates", to="catalog.callband"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_call_rate",
                        "constraints": [
                            models.UniqueConstraint(fields=("band", "from_second"), name="one_call_rate_from_a_second")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="callrate",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="34e31f5f45fd1c3b5af6e30efd097d98d6628e5d",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_3e689",
                            table="catalog_call_rate",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="TaxCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=20, unique=True)),
                        ("country", models.CharField(max_length=2)),
                        ("name", models.CharField(max_length=80)),
                        (
                            "reason",
                            models.CharField(default="", help_text="Printed where no tax is charged.", max_length=200),
                        ),
                        ("einvoice_category", models.CharField(default="S", max_length=2)),
                    ],
                    options={
                        "db_table": "catalog_tax_code",
                    },
                ),
                migrations.CreateModel(
                    name="TaxRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("component", models.CharField(max_length=20)),
                        ("valid_from", models.DateField()),
                        ("percent", models.DecimalField(decimal_places=6, max_digits=9)),
                        ("source", models.CharField(default="", max_length=120)),
                        (
                            "tax_code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="rates", to="catalog.taxcode"
                            ),
                        ),
                        ("withheld", models.BooleanField(db_default=False, default=False)),
                    ],
                    options={
                        "db_table": "catalog_tax_rate",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("tax_code", "component", "valid_from"), name="one_tax_rate_from_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("percent__gte", 0), ("percent__lt", 1000)),
                                name="tax_percent_in_range",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="TaxRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("tax_category", models.CharField(max_length=20)),
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
                                max_length=14,
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.legalentity"
                            ),
                        ),
                        (
                            "tax_code",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.taxcode",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_tax_rule",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("legal_entity", "tax_category", "tax_treatment", "valid_from"),
                                name="one_tax_rule_from_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RenewalRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "ahead_days",
                            models.SmallIntegerField(help_text="Of a plan: invoiced so many days ahead.", null=True),
                        ),
                        (
                            "due_on_renewal",
                            models.BooleanField(
                                default=False, help_text="Due on the first day of the period, not by terms."
                            ),
                        ),
                        (
                            "reminder_days",
                            models.JSONField(
                                default=list, help_text="A reminder leaves so many days before the due day."
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
                            "plan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.plan",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_renewal_rule",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("ahead_days", None),
                                        ("due_on_renewal", False),
                                        ("legal_entity__isnull", False),
                                        ("plan", None),
                                    ),
                                    models.Q(
                                        ("ahead_days__range", (0, 366)), ("legal_entity", None), ("plan__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="renewal_rule_of_a_plan_or_company",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="renewalrule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="070d5f1d57623d41109beb0a41da0d6293a8b497",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_58b15",
                            table="catalog_renewal_rule",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ChangeRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("recorded_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "upgrade",
                            models.CharField(
                                choices=[
                                    ("NOW", "Now"),
                                    ("NOW_WITHOUT_CREDIT", "Now Without Credit"),
                                    ("PERIOD_END", "Period End"),
                                ],
                                max_length=18,
                            ),
                        ),
                        (
                            "downgrade",
                            models.CharField(
                                choices=[
                                    ("NOW", "Now"),
                                    ("NOW_WITHOUT_CREDIT", "Now Without Credit"),
                                    ("PERIOD_END", "Period End"),
                                ],
                                max_length=18,
                            ),
                        ),
                        (
                            "rank",
                            models.SmallIntegerField(
                                help_text="Of a plan: between ranked plans the rank decides, not prices.", null=True
                            ),
                        ),
                        (
                            "is_binding",
                            models.BooleanField(
                                default=False, help_text="Another day or effect than the rule's is refused."
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
                            "plan",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="catalog.plan",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "catalog_change_rule",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("legal_entity__isnull", False), ("plan", None), ("rank", None)),
                                    models.Q(("legal_entity", None), ("plan__isnull", False)),
                                    _connector="OR",
                                ),
                                name="change_rule_of_a_plan_or_company",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="changerule",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="8e7c3c286ed93a2ec3270064d02c8f75035b8f91",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_5ee15",
                            table="catalog_change_rule",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="PriceWithdrawal",
                    fields=[
                        (
                            "price",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="withdrawal",
                                serialize=False,
                                to="catalog.price",
                            ),
                        ),
                        ("withdrawn_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "catalog_price_withdrawal",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="pricewithdrawal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="ff084cb0bdda5deb3159b4709b4b2ae98117851b",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_df53c",
                            table="catalog_price_withdrawal",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
