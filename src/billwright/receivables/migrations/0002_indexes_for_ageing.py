"""Index what ageing reads: today's open items by due date, allocations by date and by time."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_search_words_and_numbers"),
        ("invoicing", "0002_unlogged_drafts"),
        ("receivables", "0001_receivables_tables"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="openitem",
            name="open_item_by_entity",
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(fields=["accounting_date"], name="allocation_by_date"),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=django.contrib.postgres.indexes.BrinIndex(fields=["recorded_at"], name="allocation_by_time"),
        ),
        migrations.AddIndex(
            model_name="openitem",
            index=models.Index(
                condition=models.Q(("open_minor", 0), _negated=True),
                fields=["legal_entity_id", "due_date"],
                include=(
                    "id",
                    "account_id",
                    "currency",
                    "document_date",
                    "accounting_date",
                    "recorded_at",
                    "open_minor",
                ),
                name="open_item_by_age",
            ),
        ),
    ]
