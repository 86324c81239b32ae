"""The purchase order that a line stands under."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0008_room_for_outcomes"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="invoiceline",
                    name="purchase_order",
                    field=models.CharField(db_default="", default="", max_length=60),
                ),
            ]
        )
    ]
