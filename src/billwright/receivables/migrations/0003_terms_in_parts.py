import django.db.models.deletion
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_terms_in_parts"),
        ("invoicing", "0005_terms_in_parts"),
        ("receivables", "0002_matching_and_write_offs"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="openitem",
                    name="part_no",
                    field=models.SmallIntegerField(
                        db_default=1, default=1, help_text="From 1, where a document is due in parts."
                    ),
                ),
                migrations.AlterField(
                    model_name="openitem",
                    name="invoice",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="open_items",
                        to="invoicing.invoice",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="openitem",
                    constraint=models.UniqueConstraint(fields=("invoice", "part_no"), name="open_item_once_a_part"),
                ),
            ]
        )
    ]
