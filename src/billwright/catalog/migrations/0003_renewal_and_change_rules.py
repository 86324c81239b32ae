"""Rules of renewals and of changes to another plan: of a plan, or of a company."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_lapsing_prices"),
        ("org", "0003_terms_in_parts"),
    ]

    operations = [
        LayDown(
            [
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
                    },
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
                migrations.AddConstraint(
                    model_name="renewalrule",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ahead_days", None),
                                ("due_on_renewal", False),
                                ("legal_entity__isnull", False),
                                ("plan", None),
                            ),
                            models.Q(("ahead_days__range", (0, 366)), ("legal_entity", None), ("plan__isnull", False)),
                            _connector="OR",
                        ),
                        name="renewal_rule_of_a_plan_or_company",
                    ),
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
            ]
        )
    ]
