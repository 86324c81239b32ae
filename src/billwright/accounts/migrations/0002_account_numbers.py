"""The serial that numbers of accounts are made of."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_tables")]

    operations = [
        migrations.RunSQL(
            sql="create sequence accounts_billing_account_serial as bigint start with 1",
            reverse_sql="drop sequence accounts_billing_account_serial",
        ),
    ]
