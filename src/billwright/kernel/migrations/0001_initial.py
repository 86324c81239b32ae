"""Lay down the tables of kernel, with their constraints, indexes and triggers."""

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
                    name="IdempotencyKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("scope", models.CharField(max_length=120)),
                        ("key", models.CharField(max_length=255)),
                        ("input_digest", models.CharField(max_length=64)),
                        ("answer", models.JSONField(null=True)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "kernel_idempotency_key",
                        "constraints": [
                            models.UniqueConstraint(fields=("scope", "key"), name="idempotency_key_once_per_scope")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutboxEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("topic", models.CharField(max_length=80)),
                        ("subject", models.CharField(max_length=120)),
                        ("payload", models.JSONField(default=dict)),
                        ("recorded_at", models.DateTimeField()),
                        ("delivered_at", models.DateTimeField(null=True)),
                        ("attempt_count", models.SmallIntegerField(default=0)),
                        ("failure", models.TextField(default="")),
                    ],
                    options={
                        "db_table": "kernel_outbox_event",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("delivered_at", None)), fields=["id"], name="outbox_waiting"
                            ),
                            models.Index(fields=["subject", "id"], name="outbox_by_subject"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(max_length=80)),
                        ("actor", models.CharField(max_length=80)),
                        ("on_behalf_of", models.CharField(default="", max_length=80)),
                        ("subject", models.CharField(max_length=120)),
                        ("reason", models.TextField(default="")),
                        ("key", models.CharField(default="", max_length=255)),
                        ("effective_on", models.DateField(null=True)),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField(null=True)),
                        ("sealed", models.BinaryField(null=True)),
                        ("sealed_for", models.CharField(default="", max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "kernel_audit_event",
                        "indexes": [
                            models.Index(fields=["subject", "-id"], name="audit_by_subject"),
                            models.Index(fields=["actor", "-id"], name="audit_by_actor"),
                            models.Index(fields=["verb", "-id"], name="audit_by_verb"),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="auditevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="9446af4a79aaba434b27c63eb4d9407eefc59b2b",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_441ae",
                            table="kernel_audit_event",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
