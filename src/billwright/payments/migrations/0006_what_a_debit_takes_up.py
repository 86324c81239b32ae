"""Remember which failure a debit takes up."""

import django.db.models.deletion
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0005_gateways"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="collection",
                    name="takes_up",
                    field=models.ForeignKey(
                        help_text="The failure it is about.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken_up_by",
                        to="payments.collection",
                    ),
                ),
            ]
        )
    ]
