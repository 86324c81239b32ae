from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("usage", "0001_usage_tables")]

    operations = [
        migrations.AddField(
            model_name="usagerecord",
            name="content_hash",
            field=models.BigIntegerField(db_default=0, default=0, help_text="Of everything above: see policies."),
        ),
        migrations.RemoveIndex(model_name="usagerecord", name="usage_by_meter_and_time"),
        migrations.RemoveIndex(model_name="usagerecord", name="usage_by_arrival"),
        migrations.AddIndex(
            model_name="usagerecord",
            index=models.Index(
                fields=["subscription_id", "meter", "happened_at"],
                include=("quantity", "is_change", "content_hash"),
                name="usage_by_meter_and_time",
            ),
        ),
        migrations.AddIndex(
            model_name="usagerecord",
            index=models.Index(
                fields=["subscription_id", "recorded_at"], include=("meter", "happened_at"), name="usage_by_arrival"
            ),
        ),
    ]
