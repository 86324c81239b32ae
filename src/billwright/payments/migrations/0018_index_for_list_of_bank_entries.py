"""Take the page of bank entries from an index of their days, whatever their state."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_receipts_found_by_text")]

    operations = [
        migrations.AddIndex(
            model_name="bankentry",
            index=models.Index(fields=["-value_date", "-id"], name="bank_entry_by_day"),
        ),
    ]
