"""Say of each contract what kind of paper it is."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0002_room_for_marks"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="contract",
                    name="kind",
                    field=models.CharField(
                        choices=[("CONTRACT", "Contract"), ("AGREEMENT", "Agreement"), ("ORDER", "Order")],
                        db_default="CONTRACT",
                        default="CONTRACT",
                        max_length=9,
                    ),
                ),
            ]
        )
    ]
