"""How far fees were held against their minimums; so far that was done by the bill at the beginning of a period."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscriptions", "0006_beginnings_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="billingmark",
            name="closed_through",
            field=models.DateField(
                help_text="Held against its minimums for every day before this one; none: for no day yet.", null=True
            ),
        ),
        migrations.RunSQL(
            "update subscriptions_billing_mark set closed_through = billed_through where claim_no > 0",
            migrations.RunSQL.noop,
        ),
    ]
