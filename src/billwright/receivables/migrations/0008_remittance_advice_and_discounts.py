"""Keep remittance advice, and the terms of early-payment discounts with the rule of matching."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("files", "0001_initial"),
        ("payments", "0003_stored_methods_and_collections"),
        ("receivables", "0007_match_keys_with_one_index"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="matchrule",
                    name="discounts",
                    field=models.JSONField(
                        db_default=[],
                        default=list,
                        help_text="Early-payment terms: [percent of the total, days] each.",
                    ),
                ),
                migrations.AlterField(
                    model_name="matchproposal",
                    name="write_off_kind",
                    field=models.CharField(
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
                migrations.AlterField(
                    model_name="writeoff",
                    name="kind",
                    field=models.CharField(
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
                    },
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
                    },
                ),
                migrations.AddIndex(
                    model_name="remittanceadvice",
                    index=models.Index(
                        condition=models.Q(("payment", None)),
                        fields=["legal_entity_id", "currency", "total_minor"],
                        name="remittance_waits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="remittanceadvice",
                    constraint=models.UniqueConstraint(fields=("legal_entity_id", "sha256"), name="remittance_once"),
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
                migrations.AddConstraint(
                    model_name="remittanceline",
                    constraint=models.UniqueConstraint(fields=("advice", "place"), name="remittance_line_once"),
                ),
                migrations.AddConstraint(
                    model_name="remittanceline",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("deduction_minor__gte", 0)), name="remittance_deduction_is_not_negative"
                    ),
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
            ]
        )
    ]
