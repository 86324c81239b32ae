"""Leave room in every page of a run's payers: what became of one is then an update in place."""

from django.db import migrations


class Migration(migrations.Migration):
    replaces = [("invoicing", "0008_room_for_outcomes")]

    dependencies = [("invoicing", "0002_unlogged_drafts")]

    operations = [
        migrations.RunSQL(
            sql="alter table invoicing_bill_run_payer set (fillfactor = 45)",
            reverse_sql="alter table invoicing_bill_run_payer reset (fillfactor)",
        )
    ]
