"""Count and list what was not sent without reading all that was."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("comms", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="outgoingmessage",
            index=models.Index(fields=["state", "-id"], condition=~Q(state="SENT"), name="message_not_sent"),
        ),
    ]
