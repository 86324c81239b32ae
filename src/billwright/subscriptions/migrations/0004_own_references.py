"""A purchase order and a cost centre of a subscription's own, and an index on the few that have them."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_document_choices"),
        ("catalog", "0002_lapsing_prices"),
        ("subscriptions", "0003_contract_kinds"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="subscription",
                    name="cost_center",
                    field=models.CharField(
                        db_default="", default="", help_text="Of its lines, instead of its account's.", max_length=60
                    ),
                ),
                migrations.AddField(
                    model_name="subscription",
                    name="purchase_order",
                    field=models.CharField(
                        db_default="", default="", help_text="Of its lines, instead of its account's.", max_length=60
                    ),
                ),
                migrations.AddIndex(
                    model_name="subscription",
                    index=models.Index(
                        condition=models.Q(("cost_center", ""), ("purchase_order", ""), _negated=True),
                        fields=["account"],
                        name="subscription_with_references",
                    ),
                ),
            ]
        )
    ]
