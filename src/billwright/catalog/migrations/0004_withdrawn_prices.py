"""Let a price be withdrawn, and another be set from its day."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_renewal_and_change_rules"),
    ]

    operations = [
        LayDown(
            [
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
                migrations.RemoveConstraint(
                    model_name="price",
                    name="one_price_from_a_day",
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
            ]
        )
    ]
