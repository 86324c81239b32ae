"""The commitment that a line tops up to."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0010_indexes_for_few_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name="invoiceline",
            name="spend_limit_id",
            field=models.BigIntegerField(help_text="The commitment that it tops up to.", null=True),
        ),
    ]
