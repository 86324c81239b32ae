"""Find match keys by their primary key alone: three indexes cost more than the keys themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0006_reconciliations"),
    ]

    # A working table: the next run of matching fills it again.
    operations = [
        migrations.DeleteModel(name="MatchKey"),
        migrations.CreateModel(
            name="MatchKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "kind", "open_item_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[("NUMBER", "Number"), ("DIGITS", "Digits"), ("REFERENCE", "Reference")], max_length=9
                    ),
                ),
                ("open_item_id", models.BigIntegerField()),
            ],
            options={
                "db_table": "receivables_match_key",
            },
        ),
    ]
