"""Load the currencies that have minor units, those withdrawn with their last day: the bulk steps join exponents."""

import iso4217
from django.db import migrations

from billwright.kernel.currencies import HISTORIC


def load(apps, schema_editor):
    currency = apps.get_model("org", "Currency")
    currency.objects.bulk_create(
        [
            currency(code=one.code, exponent=one.exponent, name=one.currency_name)
            for one in iso4217.Currency
            if one.exponent is not None
        ]
    )
    # What is still in the standard's list although it was withdrawn gets our name and its last day.
    for one in HISTORIC.values():
        currency.objects.update_or_create(
            code=one.code,
            defaults={"exponent": one.exponent, "name": one.name, "valid_until": one.valid_until},
        )


class Migration(migrations.Migration):
    dependencies = [("org", "0001_tables")]

    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
