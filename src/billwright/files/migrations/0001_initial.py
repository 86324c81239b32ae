"""Lay down the tables of files, with their constraints, indexes and triggers."""

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
                    name="StoredFile",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("media_type", models.CharField(max_length=100)),
                        ("content", models.BinaryField()),
                        ("size_bytes", models.BigIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        (
                            "retention_class",
                            models.CharField(
                                choices=[
                                    ("TAX_DOCUMENT", "Tax Document"),
                                    ("CONTRACT", "Contract"),
                                    ("CORRESPONDENCE", "Correspondence"),
                                    ("WORKING_FILE", "Working File"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("about", models.CharField(default="", max_length=120)),
                        ("stored_by", models.CharField(max_length=80)),
                        ("stored_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "files_stored_file",
                        "indexes": [
                            models.Index(fields=["about", "-id"], name="file_about"),
                            models.Index(fields=["sha256"], name="file_by_hash"),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="storedfile",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="2f9187a3a30eab0c8cecfc111cccf71bd4221c53",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_5ecea",
                            table="files_stored_file",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ImportMapping",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("CUSTOMERS", "Customers"),
                                    ("INVOICES", "Invoices"),
                                    ("PAYMENTS", "Payments"),
                                    ("SUBSCRIPTIONS", "Subscriptions"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("version", models.SmallIntegerField()),
                        ("text", models.TextField()),
                        ("saved_by", models.CharField(max_length=80)),
                        ("saved_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "files_import_mapping",
                        "constraints": [
                            models.UniqueConstraint(fields=("name", "version"), name="mapping_version_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportJob",
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
                                    ("CUSTOMERS", "Customers"),
                                    ("INVOICES", "Invoices"),
                                    ("PAYMENTS", "Payments"),
                                    ("SUBSCRIPTIONS", "Subscriptions"),
                                ],
                                max_length=14,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("UPLOADED", "Uploaded"),
                                    ("CHECKED", "Checked"),
                                    ("RUNNING", "Running"),
                                    ("TIED_OUT", "Tied Out"),
                                    ("DIFFERS", "Differs"),
                                    ("FAILED", "Failed"),
                                ],
                                default="UPLOADED",
                                max_length=9,
                            ),
                        ),
                        ("row_count", models.IntegerField(default=0)),
                        ("done_count", models.IntegerField(default=0)),
                        ("created_count", models.IntegerField(default=0)),
                        ("repeated_count", models.IntegerField(default=0)),
                        ("error_count", models.IntegerField(default=0)),
                        ("tie_out", models.JSONField(null=True)),
                        ("failure", models.TextField(default="")),
                        ("started_by", models.CharField(max_length=80)),
                        ("created_at", models.DateTimeField()),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "mapping",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.importmapping"
                            ),
                        ),
                        (
                            "error_file",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="files.storedfile",
                            ),
                        ),
                        (
                            "file",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="files.storedfile"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "files_import_job",
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="importjob",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{CHECKED:CHECKED,CHECKED:FAILED,CHECKED:RUNNING,DIFFERS:CHECKED,DIFFERS:RUNNING,RUNNING:DIFFERS,RUNNING:FAILED,RUNNING:TIED_OUT,TIED_OUT:RUNNING,UPLOADED:CHECKED,UPLOADED:FAILED,UPLOADED:RUNNING}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="62a7bd0fbf90a0cb0a1633c780e3720ec1ef8dc4",
                            operation="UPDATE",
                            pgid="pgtrigger_states_83a67",
                            table="files_import_job",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="ImportedRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("source", models.CharField(max_length=80)),
                        ("identity", models.CharField(max_length=140)),
                        ("subject", models.CharField(max_length=120)),
                        ("digest", models.CharField(max_length=64)),
                        ("job_id", models.BigIntegerField()),
                    ],
                    options={
                        "db_table": "files_imported_row",
                        "constraints": [
                            models.UniqueConstraint(fields=("source", "identity"), name="row_imported_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="importedrow",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="ab5facc8ba1621be9ab4887bc0345c400d1359d9",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_3dacf",
                            table="files_imported_row",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
