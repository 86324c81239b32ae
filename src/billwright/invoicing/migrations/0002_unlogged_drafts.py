"""Draft lines are working material: unlogged, and gone after a crash, when the run is prepared again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0001_tables")]

    operations = [
        migrations.RunSQL(
            sql="alter table invoicing_bill_run_draft_line set unlogged",
            reverse_sql="alter table invoicing_bill_run_draft_line set logged",
        )
    ]
