"""Keep the other company's entry of money that went there, and the rate of money that was changed."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0005_gateways"),
        ("receivables", "0008_remittance_advice_and_discounts"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="sourceuse",
                    name="rate",
                    field=models.DecimalField(
                        decimal_places=12,
                        help_text="Of money changed: what one unit was worth.",
                        max_digits=24,
                        null=True,
                    ),
                ),
                migrations.AddField(
                    model_name="sourceuse",
                    name="rate_from",
                    field=models.DateField(help_text="The day from which that rate holds.", null=True),
                ),
                migrations.AddField(
                    model_name="sourceuse",
                    name="rate_source",
                    field=models.CharField(db_default="", default="", help_text="Who says so.", max_length=80),
                ),
                migrations.AddField(
                    model_name="sourceuse",
                    name="to_entry_id",
                    field=models.BigIntegerField(
                        help_text="Of money that went to another company: the entry in its books.", null=True
                    ),
                ),
                migrations.AlterField(
                    model_name="sourceuse",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("REFUND", "Refund"),
                            ("TRANSFER", "Transfer"),
                            ("RETURN", "Return"),
                            ("KEPT", "Kept"),
                            ("WALLET", "Wallet"),
                            ("CONVERT", "Convert"),
                        ],
                        max_length=8,
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sourceuse",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rate", None), ("rate_from", None)),
                            models.Q(("rate__gt", 0), ("rate_from__isnull", False)),
                            _connector="OR",
                        ),
                        name="use_rate_has_a_day",
                    ),
                ),
            ]
        )
    ]
