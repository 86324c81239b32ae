"""Add coupons, and tie the discounts that are made of them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_account_numbers"),
        ("org", "0002_currencies"),
        ("rating", "0001_initial"),
        ("subscriptions", "0002_room_for_marks"),
    ]

    operations = [
        LayDown(
            [
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
                    },
                ),
                migrations.AddField(
                    model_name="discount",
                    name="coupon",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discounts",
                        to="rating.coupon",
                    ),
                ),
                migrations.AddIndex(
                    model_name="discount",
                    index=models.Index(
                        condition=models.Q(("coupon__isnull", False)), fields=["coupon"], name="discount_by_coupon"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="coupon",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__isnull", True), ("percent__isnull", False)),
                            models.Q(("amount__isnull", False), ("percent__isnull", True)),
                            _connector="OR",
                        ),
                        name="coupon_is_percent_or_amount",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="coupon",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("uses_max__isnull", True), ("uses_max__gt", 0), _connector="OR"),
                        name="coupon_has_uses",
                    ),
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
            ]
        )
    ]
