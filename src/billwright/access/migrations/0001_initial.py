"""Lay down the tables of access, with their constraints, indexes and triggers."""

import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import billwright.access.states
from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("org", "0001_tables"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        ("username", models.CharField(max_length=64, unique=True)),
                        ("display_name", models.CharField(max_length=120)),
                        ("email", models.EmailField(blank=True, default="", max_length=254)),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("timezone", models.CharField(default="UTC", max_length=64)),
                        (
                            "kind",
                            models.CharField(
                                choices=[("PERSON", "PERSON"), ("BUILT_IN", "BUILT_IN")],
                                default=billwright.access.states.UserKind["PERSON"],
                                max_length=16,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("ACTIVE", "ACTIVE"), ("DEACTIVATED", "DEACTIVATED")],
                                default=billwright.access.states.UserState["ACTIVE"],
                                max_length=16,
                            ),
                        ),
                        ("password_change_due", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField()),
                        ("deactivated_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "db_table": "access_user",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("username", django.db.models.functions.text.Lower("username"))),
                                name="user_name_is_lower_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("username", ""), _negated=True), name="user_has_a_name"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("state__in", ["ACTIVE", "DEACTIVATED"])), name="user_state_is_known"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["PERSON", "BUILT_IN"])), name="user_kind_is_known"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{ACTIVE:DEACTIVATED,DEACTIVATED:ACTIVE}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="9c6ab975a658689996432508a2b87afa8bed6754",
                            operation="UPDATE",
                            pgid="pgtrigger_states_9091b",
                            table="access_user",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="fc6fa35af0346c540e375ea64a0ec00010a97d15",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_ab0c2",
                            table="access_user",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="StaffSession",
                    fields=[
                        (
                            "session_key",
                            models.CharField(
                                max_length=40, primary_key=True, serialize=False, verbose_name="session key"
                            ),
                        ),
                        ("session_data", models.TextField(verbose_name="session data")),
                        ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                        ("started_at", models.DateTimeField(null=True)),
                        ("last_seen_at", models.DateTimeField(null=True)),
                        ("address", models.GenericIPAddressField(null=True)),
                        ("browser", models.CharField(default="", max_length=200)),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sessions",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "access_staff_session",
                    },
                ),
                migrations.CreateModel(
                    name="LoginAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name_hash", models.CharField(max_length=64)),
                        ("address", models.GenericIPAddressField(null=True)),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("SUCCEEDED", "SUCCEEDED"),
                                    ("WRONG_PASSWORD", "WRONG_PASSWORD"),
                                    ("WRONG_CODE", "WRONG_CODE"),
                                    ("LOCKED", "LOCKED"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="login_attempts",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "access_login_attempt",
                        "indexes": [
                            models.Index(fields=["name_hash", "-recorded_at"], name="login_attempt_by_name"),
                            models.Index(fields=["address", "-recorded_at"], name="login_attempt_by_address"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("outcome__in", ["SUCCEEDED", "WRONG_PASSWORD", "WRONG_CODE", "LOCKED"])
                                ),
                                name="login_outcome_is_known",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="loginattempt",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="99356bb2f1db23196754ec9704e844de9a35d946",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_2e949",
                            table="access_login_attempt",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="SecondFactor",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("sealed_secret", models.BinaryField()),
                        ("last_step", models.BigIntegerField(default=-1)),
                        ("created_at", models.DateTimeField()),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        ("removed_at", models.DateTimeField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="second_factors",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "access_second_factor",
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("removed_at", None)),
                                fields=("user", "name"),
                                name="second_factor_name_once_per_user",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecoveryCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code_hash", models.CharField(max_length=64)),
                        ("created_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(null=True)),
                        ("replaced_at", models.DateTimeField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="recovery_codes",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "access_recovery_code",
                        "constraints": [
                            models.UniqueConstraint(fields=("user", "code_hash"), name="recovery_code_once_per_user")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80)),
                        ("prefix", models.CharField(max_length=16, unique=True)),
                        ("token_hash", models.CharField(max_length=64)),
                        ("scopes", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("last_used_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "access_api_token",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("expires_at", None), ("expires_at__gt", models.F("created_at")), _connector="OR"
                                ),
                                name="api_token_expires_after_it_began",
                            )
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apitoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="b183d9327ad98ab7e2262c78ca49b583c6f44875",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_7e711",
                            table="access_api_token",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="apitoken",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."prefix" IS DISTINCT FROM (NEW."prefix") OR OLD."scopes" IS DISTINCT FROM (NEW."scopes") OR OLD."token_hash" IS DISTINCT FROM (NEW."token_hash") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                            func="raise exception 'an API token is never changed, only revoked' using errcode = 'BW002';",
                            hash="2c9dba0b10b84aafde675f6f6a0d64f47af2c806",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_d8d52",
                            table="access_api_token",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RoleGrant",
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
                                    ("SERVICE_DESK_AGENT", "SERVICE_DESK_AGENT"),
                                    ("COLLECTOR", "COLLECTOR"),
                                    ("CASH_APPLIER", "CASH_APPLIER"),
                                    ("BILLING_SPECIALIST", "BILLING_SPECIALIST"),
                                    ("DISPUTE_APPROVER", "DISPUTE_APPROVER"),
                                    ("TEAM_LEAD", "TEAM_LEAD"),
                                    ("FINANCE_MANAGER", "FINANCE_MANAGER"),
                                    ("AUDITOR", "AUDITOR"),
                                    ("SALES_READ_ONLY", "SALES_READ_ONLY"),
                                    ("ADMINISTRATOR", "ADMINISTRATOR"),
                                ],
                                max_length=32,
                            ),
                        ),
                        ("granted_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
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
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="role_grants",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "access_role_grant",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        [
                                            "SERVICE_DESK_AGENT",
                                            "COLLECTOR",
                                            "CASH_APPLIER",
                                            "BILLING_SPECIALIST",
                                            "DISPUTE_APPROVER",
                                            "TEAM_LEAD",
                                            "FINANCE_MANAGER",
                                            "AUDITOR",
                                            "SALES_READ_ONLY",
                                            "ADMINISTRATOR",
                                        ],
                                    )
                                ),
                                name="role_is_known",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("user", "role", "legal_entity"),
                                name="role_granted_once",
                                nulls_distinct=False,
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rolegrant",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="9312fffba6ccf4a8d96fbde2c776a0d94868c1ed",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_2ae54",
                            table="access_role_grant",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rolegrant",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."granted_at" IS DISTINCT FROM (NEW."granted_at") OR OLD."legal_entity_id" IS DISTINCT FROM (NEW."legal_entity_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                            func="raise exception 'a role grant is ended, not changed' using errcode = 'BW002';",
                            hash="a2b21799c9558cc9ed4f4386c89c98cc24ac4b68",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_155eb",
                            table="access_role_grant",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="RoleOption",
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
                                    ("SERVICE_DESK_AGENT", "SERVICE_DESK_AGENT"),
                                    ("COLLECTOR", "COLLECTOR"),
                                    ("CASH_APPLIER", "CASH_APPLIER"),
                                    ("BILLING_SPECIALIST", "BILLING_SPECIALIST"),
                                    ("DISPUTE_APPROVER", "DISPUTE_APPROVER"),
                                    ("TEAM_LEAD", "TEAM_LEAD"),
                                    ("FINANCE_MANAGER", "FINANCE_MANAGER"),
                                    ("AUDITOR", "AUDITOR"),
                                    ("SALES_READ_ONLY", "SALES_READ_ONLY"),
                                    ("ADMINISTRATOR", "ADMINISTRATOR"),
                                ],
                                max_length=32,
                                unique=True,
                            ),
                        ),
                        ("second_factor_required", models.BooleanField(default=False)),
                    ],
                    options={
                        "db_table": "access_role_option",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        [
                                            "SERVICE_DESK_AGENT",
                                            "COLLECTOR",
                                            "CASH_APPLIER",
                                            "BILLING_SPECIALIST",
                                            "DISPUTE_APPROVER",
                                            "TEAM_LEAD",
                                            "FINANCE_MANAGER",
                                            "AUDITOR",
                                            "SALES_READ_ONLY",
                                            "ADMINISTRATOR",
                                        ],
                                    )
                                ),
                                name="role_option_of_a_known_role",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AuthorityLimit",
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
                                    ("SERVICE_DESK_AGENT", "SERVICE_DESK_AGENT"),
                                    ("COLLECTOR", "COLLECTOR"),
                                    ("CASH_APPLIER", "CASH_APPLIER"),
                                    ("BILLING_SPECIALIST", "BILLING_SPECIALIST"),
                                    ("DISPUTE_APPROVER", "DISPUTE_APPROVER"),
                                    ("TEAM_LEAD", "TEAM_LEAD"),
                                    ("FINANCE_MANAGER", "FINANCE_MANAGER"),
                                    ("AUDITOR", "AUDITOR"),
                                    ("SALES_READ_ONLY", "SALES_READ_ONLY"),
                                    ("ADMINISTRATOR", "ADMINISTRATOR"),
                                ],
                                max_length=32,
                            ),
                        ),
                        ("verb_pattern", models.CharField(max_length=80)),
                        ("currency", models.CharField(max_length=3)),
                        ("limit_minor", models.BigIntegerField()),
                        ("valid_from", models.DateField()),
                        ("valid_until", models.DateField(null=True)),
                        ("recorded_at", models.DateTimeField()),
                    ],
                    options={
                        "db_table": "access_authority_limit",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "role__in",
                                        [
                                            "SERVICE_DESK_AGENT",
                                            "COLLECTOR",
                                            "CASH_APPLIER",
                                            "BILLING_SPECIALIST",
                                            "DISPUTE_APPROVER",
                                            "TEAM_LEAD",
                                            "FINANCE_MANAGER",
                                            "AUDITOR",
                                            "SALES_READ_ONLY",
                                            "ADMINISTRATOR",
                                        ],
                                    )
                                ),
                                name="limit_of_a_known_role",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("limit_minor__gte", 0)), name="limit_is_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_until", None), ("valid_until__gt", models.F("valid_from")), _connector="OR"
                                ),
                                name="limit_ends_after_it_began",
                            ),
                            models.UniqueConstraint(
                                fields=("role", "verb_pattern", "currency", "valid_from"),
                                name="limit_begins_once_a_day",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="authoritylimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="6539a2e13cea8a2be5bfdab11c11d4617cfa43d5",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_d5212",
                            table="access_authority_limit",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="authoritylimit",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."limit_minor" IS DISTINCT FROM (NEW."limit_minor") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."valid_from" IS DISTINCT FROM (NEW."valid_from") OR OLD."verb_pattern" IS DISTINCT FROM (NEW."verb_pattern"))',
                            func="raise exception 'an authority limit is ended, not changed' using errcode = 'BW002';",
                            hash="0928178c27edf6cbb8273eab6d7096056bbf8bad",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_59b51",
                            table="access_authority_limit",
                            when="BEFORE",
                        ),
                    ),
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("verb", models.CharField(max_length=80)),
                        ("digest", models.CharField(max_length=64)),
                        ("amount_minor", models.BigIntegerField(null=True)),
                        ("currency", models.CharField(default="", max_length=3)),
                        ("subject", models.CharField(default="", max_length=120)),
                        ("case_text", models.TextField(default="")),
                        ("attachment_keys", models.JSONField(default=list)),
                        ("reason", models.TextField()),
                        ("requested_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("PENDING", "PENDING"),
                                    ("APPROVED", "APPROVED"),
                                    ("EXECUTED", "EXECUTED"),
                                    ("REFUSED", "REFUSED"),
                                    ("EXPIRED", "EXPIRED"),
                                    ("WITHDRAWN", "WITHDRAWN"),
                                ],
                                default=billwright.access.states.ApprovalState["PENDING"],
                                max_length=16,
                            ),
                        ),
                        ("decided_at", models.DateTimeField(null=True)),
                        ("decision_note", models.TextField(default="")),
                        ("executed_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("failure", models.TextField(default="")),
                        (
                            "decided_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals_decided",
                                to=settings.AUTH_USER_MODEL,
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
                            "requested_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="approvals_requested",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        ("sealed", models.BinaryField()),
                        ("sealed_for", models.CharField(max_length=80)),
                    ],
                    options={
                        "db_table": "access_approval",
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "PENDING")), fields=["expires_at"], name="approval_waiting"
                            ),
                            models.Index(fields=["subject", "-id"], name="approval_by_subject"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        ["PENDING", "APPROVED", "EXECUTED", "REFUSED", "EXPIRED", "WITHDRAWN"],
                                    )
                                ),
                                name="approval_state_is_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("decided_by", None),
                                    models.Q(("decided_by", models.F("requested_by")), _negated=True),
                                    _connector="OR",
                                ),
                                name="nobody_decides_on_their_own_request",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                                    models.Q(("state__in", ["APPROVED", "EXECUTED", "REFUSED"]), _negated=True),
                                    _connector="OR",
                                ),
                                name="decision_names_its_person",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount_minor", None), models.Q(("currency", ""), _negated=True), _connector="OR"
                                ),
                                name="approval_amount_has_a_currency",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("expires_at__gt", models.F("requested_at"))),
                                name="approval_expires_after_its_request",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="not_deleted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'rows of % are never deleted', tg_table_name using errcode = 'BW001';",
                            hash="17d4090caef9234a7459e48ee9f61cdd9f0474c8",
                            level="STATEMENT",
                            operation="DELETE OR TRUNCATE",
                            pgid="pgtrigger_not_deleted_8f860",
                            table="access_approval",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="states",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE _is_valid_transition BOOLEAN;",
                            func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{APPROVED:EXECUTED,APPROVED:EXPIRED,APPROVED:WITHDRAWN,PENDING:APPROVED,PENDING:EXPIRED,PENDING:REFUSED,PENDING:WITHDRAWN}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                            hash="a5ab3fde29cdfce230ae921ac12419d22b5bfc5a",
                            operation="UPDATE",
                            pgid="pgtrigger_states_061fa",
                            table="access_approval",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="frozen",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."legal_entity_id" IS DISTINCT FROM (NEW."legal_entity_id") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."sealed" IS DISTINCT FROM (NEW."sealed") OR OLD."sealed_for" IS DISTINCT FROM (NEW."sealed_for") OR OLD."verb" IS DISTINCT FROM (NEW."verb"))',
                            func="raise exception 'what is to be approved is never changed' using errcode = 'BW002';",
                            hash="ac89c7b98aae219b226e97093e69bf3b795dfb92",
                            operation="UPDATE",
                            pgid="pgtrigger_frozen_e9070",
                            table="access_approval",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
