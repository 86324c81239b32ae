"""Find deferred lines without reading all lines."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0011_line_commitment")]

    operations = [
        migrations.AddIndex(
            model_name="invoiceline",
            index=models.Index(fields=["invoice", "line_no"], condition=Q(deferred=True), name="line_deferred"),
        ),
    ]
