from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0004_checks_before_issue"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="invoice",
                    name="payment_parts",
                    field=models.JSONField(
                        help_text="Where it is due in parts: as org.terms stores them. due_date is the last day.",
                        null=True,
                    ),
                ),
            ]
        )
    ]
