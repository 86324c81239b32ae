"""Find what a run of matching has looked at without reading every finding there ever was."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_document_choices"),
        ("payments", "0007_bank_entries_move_in_bulk"),
        ("receivables", "0009_money_between_companies_and_currencies"),
    ]

    operations = [
        LayDown(
            [
                migrations.AddIndex(
                    model_name="matchproposal",
                    index=models.Index(fields=["run_key", "cash"], name="match_seen_by_run"),
                ),
            ]
        )
    ]
