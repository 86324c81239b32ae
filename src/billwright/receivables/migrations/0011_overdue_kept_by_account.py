"""Keep what is overdue of an account beside what is open, and find the largest of both by an index."""

from django.db import migrations, models

from billwright.kernel.laying import LayDown

# Nothing is counted as overdue yet: that holds until the first date due. The job that folds changes takes it from there.
NEXT_DUE = """
update receivables_account_sum as s
set next_due = i.next_due
from (
    select account_id, min(due_date) as next_due
    from receivables_open_item
    where open_minor <> 0
    group by account_id
) as i
where s.account_id = i.account_id
"""


class Migration(migrations.Migration):
    dependencies = [("receivables", "0010_receipts_seen_by_a_run")]

    operations = [
        LayDown(
            [
                migrations.AddField(
                    model_name="accountsum",
                    name="overdue_minor",
                    field=models.BigIntegerField(db_default=0, default=0),
                ),
                migrations.AddField(model_name="accountsum", name="last_due", field=models.DateField(null=True)),
                migrations.AddField(model_name="accountsum", name="next_due", field=models.DateField(null=True)),
            ]
        ),
        migrations.RunSQL(NEXT_DUE, migrations.RunSQL.noop),
        LayDown(
            [
                migrations.AddIndex(
                    model_name="accountsum",
                    index=models.Index(fields=["open_minor", "account_id"], name="account_sum_by_open"),
                ),
                migrations.AddIndex(
                    model_name="accountsum",
                    index=models.Index(fields=["overdue_minor", "account_id"], name="account_sum_by_overdue"),
                ),
                migrations.AddIndex(
                    model_name="accountsum",
                    index=models.Index(fields=["next_due"], name="account_sum_by_next_due"),
                ),
                migrations.AddIndex(
                    model_name="accountsum",
                    index=models.Index(fields=["last_due"], name="account_sum_by_last_due"),
                ),
            ]
        ),
    ]
