"""The operator: the user that commands act as when nobody else is named."""

from datetime import UTC, datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import migrations


def add_operator(apps, schema_editor):
    apps.get_model("access", "User").objects.create(
        # A fixed key outside the sequence: commands act as `user:0` without looking it up.
        id=0,
        username="operator",
        display_name="Operator",
        kind="BUILT_IN",
        # No hash ever equals it: the operator does not log in.
        password=UNUSABLE_PASSWORD_PREFIX,
        created_at=datetime.now(UTC),
    )


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    # Going back leaves the row: users are never deleted.
    operations = [migrations.RunPython(add_operator, migrations.RunPython.noop)]
