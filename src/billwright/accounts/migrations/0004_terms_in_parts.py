from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_account_index_for_lists"),
        ("org", "0003_terms_in_parts"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="billingaccount",
                    name="payment_parts",
                    field=models.JSONField(
                        help_text="Instead of days: parts that documents fall due in, as org.terms stores them.",
                        null=True,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="billingaccount",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("payment_terms_days", None), ("payment_parts", None), _connector="OR"),
                        name="terms_are_days_or_parts",
                    ),
                ),
            ]
        )
    ]
