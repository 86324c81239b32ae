"""Say of each contract what kind of paper it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0002_room_for_marks"),
    ]

    operations = [
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
