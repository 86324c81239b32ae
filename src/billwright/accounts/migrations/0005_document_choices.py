"""What an account chooses for its documents: how they are split, what they must refer to, how they are laid out."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_terms_in_parts"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="billingaccount",
                    name="layout",
                    field=models.JSONField(
                        db_default={},
                        default=dict,
                        help_text="How its documents are printed, as accounts.layouts stores it.",
                    ),
                ),
                migrations.AddField(
                    model_name="billingaccount",
                    name="required_references",
                    field=models.JSONField(
                        db_default=[],
                        default=list,
                        help_text="References that every line it is billed carries: their names.",
                    ),
                ),
                migrations.AddField(
                    model_name="billingaccount",
                    name="split_by",
                    field=models.CharField(
                        choices=[
                            ("NONE", "None"),
                            ("PURCHASE_ORDER", "Purchase Order"),
                            ("COST_CENTER", "Cost Center"),
                            ("SUBSCRIPTION", "Subscription"),
                            ("ACCOUNT", "Account"),
                        ],
                        db_default="NONE",
                        default="NONE",
                        help_text="What its documents of a run are split by.",
                        max_length=14,
                    ),
                ),
            ]
        )
    ]
