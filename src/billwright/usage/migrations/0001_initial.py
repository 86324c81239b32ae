"""Lay down the tables of usage, with their constraints, indexes and triggers."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="Meter",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True)),
                        ("name", models.CharField(max_length=120)),
                        ("unit", models.CharField(default="", max_length=20)),
                        (
                            "aggregate",
                            models.CharField(
                                choices=[
                                    ("SUM", "Sum"),
                                    ("COUNT", "Count"),
                                    ("MAX", "Max"),
                                    ("MIN", "Min"),
                                    ("LAST", "Last"),
                                    ("UNIQUE", "Unique"),
                                    ("AVERAGE", "Average"),
                                    ("TIME_WEIGHTED", "Time Weighted"),
                                    ("P95", "P95"),
                                    ("HIGHEST_OF", "Highest Of"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "highest_of",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40), default=list, size=None
                            ),
                        ),
                        (
                            "grace_hours",
                            models.SmallIntegerField(default=0, help_text="A window is billed so long after its end."),
                        ),
                    ],
                    options={
                        "db_table": "usage_meter",
                    },
                ),
                migrations.CreateModel(
                    name="UsageRecord",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("subscription_id", models.BigIntegerField()),
                        ("source", models.CharField(default="", max_length=40)),
                        ("key", models.CharField(max_length=120)),
                        ("happened_at", models.DateTimeField()),
                        ("day", models.DateField()),
                        ("quantity", models.DecimalField(decimal_places=12, max_digits=30)),
                        ("is_change", models.BooleanField(default=False)),
                        ("properties", models.JSONField(default=dict)),
                        (
                            "continues_key",
                            models.CharField(
                                default="", help_text="The record that this one goes on with.", max_length=120
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "meter",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="usage.meter",
                            ),
                        ),
                        (
                            "content_hash",
                            models.BigIntegerField(
                                db_default=0, default=0, help_text="Of everything above: see policies."
                            ),
                        ),
                    ],
                    options={
                        "db_table": "usage_record",
                        "indexes": [
                            models.Index(
                                fields=["subscription_id", "meter", "happened_at"],
                                include=("quantity", "is_change", "content_hash"),
                                name="usage_by_meter_and_time",
                            ),
                            models.Index(
                                fields=["subscription_id", "recorded_at"],
                                include=("meter", "happened_at"),
                                name="usage_by_arrival",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("key", ""), _negated=True),
                                fields=("source", "key"),
                                name="usage_counted_once",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="usagerecord",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="83c1943a53588ee99cac159b4b53c88dbf3e36a8",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_ca16a",
                            table="usage_record",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
