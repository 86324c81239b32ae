"""Leave room in every page of the marks: moving a mark is then an update in place (measured, docs/decisions)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0001_tables")]

    operations = [
        migrations.RunSQL(
            sql="alter table subscriptions_billing_mark set (fillfactor = 45)",
            reverse_sql="alter table subscriptions_billing_mark reset (fillfactor)",
        )
    ]
