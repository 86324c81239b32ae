"""Words by which accounts are found, the serial of account numbers, and versions of contacts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_accounts_tables")]

    operations = [
        migrations.AddField(model_name="contact", name="version", field=models.IntegerField(default=1)),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_id", "word", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("word", models.CharField(max_length=80)),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.billingaccount",
                    ),
                ),
            ],
            options={
                "db_table": "accounts_search_word",
                "indexes": [
                    models.Index(
                        fields=["word", "account"],
                        name="account_by_word",
                        opclasses=["varchar_pattern_ops", "int8_ops"],
                    )
                ],
            },
        ),
        migrations.RunSQL(
            sql="create sequence accounts_billing_account_serial as bigint start with 1",
            reverse_sql="drop sequence accounts_billing_account_serial",
        ),
    ]
