"""Remember the transaction of each entry, so that postings cannot come later than their entry."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]

    operations = [
        migrations.RunSQL(
            sql="alter table ledger_journal_entry add column transaction_id xid8 not null default pg_current_xact_id()",
            reverse_sql="alter table ledger_journal_entry drop column transaction_id",
        )
    ]
