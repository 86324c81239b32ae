"""Credit that we give is a way in which money seems to come."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0001_initial"),
    ]

    operations = [
        LayDown(
            [
                migrations.AlterField(
                    model_name="payment",
                    name="method",
                    field=models.CharField(
                        choices=[
                            ("BANK_TRANSFER", "Bank Transfer"),
                            ("DIRECT_DEBIT", "Direct Debit"),
                            ("CARD", "Card"),
                            ("WALLET", "Wallet"),
                            ("CHEQUE", "Cheque"),
                            ("CASH", "Cash"),
                            ("OTHER", "Other"),
                            ("CREDIT", "Credit"),
                        ],
                        max_length=14,
                    ),
                ),
                migrations.AlterField(
                    model_name="refund",
                    name="method",
                    field=models.CharField(
                        choices=[
                            ("BANK_TRANSFER", "Bank Transfer"),
                            ("DIRECT_DEBIT", "Direct Debit"),
                            ("CARD", "Card"),
                            ("WALLET", "Wallet"),
                            ("CHEQUE", "Cheque"),
                            ("CASH", "Cash"),
                            ("OTHER", "Other"),
                            ("CREDIT", "Credit"),
                        ],
                        max_length=14,
                    ),
                ),
            ]
        )
    ]
