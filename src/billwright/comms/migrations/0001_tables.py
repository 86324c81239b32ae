"""Lay down the tables of comms, with their constraints, indexes and triggers."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [("comms", "0001_initial"), ("comms", "0002_messages_not_sent")]

    dependencies = []

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="MessageTemplate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=60)),
                        ("language", models.CharField(max_length=8)),
                        (
                            "channel",
                            models.CharField(
                                choices=[("EMAIL", "Email"), ("SMS", "Sms"), ("LETTER", "Letter")],
                                default="EMAIL",
                                max_length=6,
                            ),
                        ),
                        ("version", models.SmallIntegerField()),
                        ("subject", models.CharField(default="", max_length=200)),
                        ("body", models.TextField()),
                        ("written_by", models.CharField(max_length=80)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "comms_message_template",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "language", "channel", "version"), name="template_version_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OutgoingMessage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("EMAIL", "Email"), ("SMS", "Sms"), ("LETTER", "Letter")],
                                default="EMAIL",
                                max_length=6,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("QUEUED", "Queued"),
                                    ("SENDING", "Sending"),
                                    ("SENT", "Sent"),
                                    ("FAILED", "Failed"),
                                    ("UNKNOWN", "Unknown"),
                                    ("CANCELED", "Canceled"),
                                ],
                                default="QUEUED",
                                max_length=8,
                            ),
                        ),
                        ("purpose", models.CharField(help_text="The template's code.", max_length=60)),
                        ("to_address", models.CharField(max_length=254)),
                        ("to_name", models.CharField(default="", max_length=200)),
                        ("from_address", models.CharField(default="", max_length=254)),
                        ("language", models.CharField(max_length=8)),
                        ("subject", models.CharField(default="", max_length=300)),
                        ("body", models.TextField()),
                        ("about", models.CharField(default="", max_length=120)),
                        ("account_ref", models.BigIntegerField(null=True)),
                        ("effect_key", models.CharField(max_length=200, null=True, unique=True)),
                        ("message_id", models.CharField(default="", max_length=200)),
                        ("requested_by", models.CharField(max_length=80)),
                        ("queued_at", models.DateTimeField()),
                        ("claimed_at", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("attempt_count", models.SmallIntegerField(default=0)),
                        ("failure", models.TextField(default="")),
                        (
                            "template",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="comms.messagetemplate",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "comms_outgoing_message",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "QUEUED")), fields=["id"], name="message_waiting"
                            ),
                            models.Index(fields=["account_ref", "-id"], name="message_by_account"),
                            models.Index(fields=["about", "-id"], name="message_about"),
                            models.Index(
                                condition=models.Q(("state", "SENT"), _negated=True),
                                fields=["state", "-id"],
                                name="message_not_sent",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="outgoingmessage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{FAILED:CANCELED,FAILED:QUEUED,QUEUED:CANCELED,QUEUED:SENDING,SENDING:FAILED,SENDING:SENT,SENDING:UNKNOWN,UNKNOWN:FAILED,UNKNOWN:QUEUED,UNKNOWN:SENT}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="60af14a7ba66519b25d4ca3be121a827042a8b15",
                            operation="UPDATE",
                            pgid="pgtrigger_states_f1888",
                            table="comms_outgoing_message",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="outgoingmessage",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="e9f8c5bfdbc8fba6386d6f61666ae6839e37d9e7",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_9f828",
                            table="comms_outgoing_message",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("file_id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=200)),
                        (
                            "message",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attachments",
                                to="comms.outgoingmessage",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "comms_attachment",
                    },
                ),
            ],
        ),
    ]
