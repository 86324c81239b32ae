"""Let the books hold currencies that were withdrawn, up to their last day."""

from django.db import migrations, models

from billwright.kernel.currencies import HISTORIC


def load(apps, schema_editor):
    currency = apps.get_model("org", "Currency")
    for one in HISTORIC.values():
        currency.objects.update_or_create(
            code=one.code,
            defaults={"exponent": one.exponent, "name": one.name, "valid_until": one.valid_until},
        )


class Migration(migrations.Migration):
    dependencies = [("org", "0002_currencies")]

    operations = [
        migrations.AddField("currency", "valid_until", models.DateField(null=True)),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
