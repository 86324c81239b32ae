"""Take the page of what waits to be matched in several companies from one index."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("receivables", "0011_overdue_kept_by_account")]

    operations = [
        migrations.AddIndex(
            model_name="matchproposal",
            index=models.Index(fields=["value_date", "id"], condition=Q(state="OPEN"), name="match_queue_by_day"),
        ),
    ]
