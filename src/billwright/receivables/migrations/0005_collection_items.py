"""Lay down which open items a debit is for."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0003_stored_methods_and_collections"),
        ("receivables", "0004_wallets"),
    ]

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="CollectionItem",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("amount_minor", models.BigIntegerField()),
                        (
                            "collection",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="items",
                                to="payments.collection",
                            ),
                        ),
                        (
                            "hold",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receivables.hold"
                            ),
                        ),
                        (
                            "open_item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="receivables.openitem"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "receivables_collection_item",
                        "constraints": [
                            models.UniqueConstraint(fields=("collection", "open_item"), name="collection_item_once"),
                            models.CheckConstraint(
                                condition=models.Q(("amount_minor__gt", 0)), name="collection_item_is_positive"
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="collectionitem",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="raise exception 'table % is append-only', tg_table_name using errcode = 'BW001';",
                            hash="5f9e4083a19c5e0b46bd37e6a8b330ffe5ac8348",
                            level="STATEMENT",
                            operation="UPDATE OR DELETE OR TRUNCATE",
                            pgid="pgtrigger_append_only_b953f",
                            table="receivables_collection_item",
                            when="BEFORE",
                        ),
                    ),
                ),
            ]
        )
    ]
