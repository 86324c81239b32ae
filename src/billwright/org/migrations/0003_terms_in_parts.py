from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0002_currencies"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="legalentity",
                    name="payment_parts",
                    field=models.JSONField(
                        help_text="Parts that documents fall due in, as org.terms stores them; none: the days hold.",
                        null=True,
                    ),
                ),
            ]
        )
    ]
