"""Let the prices of a scope lapse, so that the wider one holds again."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_initial"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="price",
                    name="lapses",
                    field=models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="From its day on its scope has no price: the wider one holds again.",
                    ),
                ),
            ]
        )
    ]
