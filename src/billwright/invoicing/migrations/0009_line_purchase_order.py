"""The purchase order that a line stands under."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0008_room_for_outcomes"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoiceline",
            name="purchase_order",
            field=models.CharField(db_default="", default="", max_length=60),
        ),
    ]
