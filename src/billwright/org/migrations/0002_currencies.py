"""Load the currencies of ISO 4217 that have minor units: the bulk steps join their exponents."""

import iso4217
from django.db import migrations


def load(apps, schema_editor):
    currency = apps.get_model("org", "Currency")
    currency.objects.bulk_create(
        [
            currency(code=one.code, exponent=one.exponent, name=one.currency_name)
            for one in iso4217.Currency
            if one.exponent is not None
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("org", "0001_org_tables")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
