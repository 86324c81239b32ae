"""Seal what requests for approval are to be told, as audit rows seal personal values (rule 25 of the model)."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from billwright.access.naming import NOBODY
from billwright.kernel import vault


def seal(apps, schema_editor):
    """Requests made before are sealed under the shared key: whom they are about was not looked up then."""
    approval = apps.get_model("access", "Approval")
    for row in approval.objects.order_by("pk").iterator():
        approval.objects.filter(pk=row.pk).update(sealed=vault.seal(NOBODY, row.arguments), sealed_for=NOBODY)


def open_again(apps, schema_editor):
    """Raises Refusal `vault.erased` when a customer was erased since: that request cannot be brought back."""
    approval = apps.get_model("access", "Approval")
    for row in approval.objects.order_by("pk").iterator():
        approval.objects.filter(pk=row.pk).update(arguments=vault.unseal(row.sealed_for, bytes(row.sealed)))


class Migration(migrations.Migration):
    dependencies = [("access", "0003_roles_limits_and_approvals")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="approval", name="frozen"),
        migrations.AddField("approval", "sealed", models.BinaryField(default=b""), preserve_default=False),
        migrations.AddField(
            "approval", "sealed_for", models.CharField(default="", max_length=80), preserve_default=False
        ),
        # Reversed, the column comes back empty first and is filled then.
        migrations.AlterField("approval", "arguments", models.JSONField(default=dict)),
        migrations.RunPython(seal, open_again),
        migrations.RemoveField("approval", "arguments"),
        pgtrigger.migrations.AddTrigger(
            model_name="approval",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."amount_minor" IS DISTINCT FROM (NEW."amount_minor") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."legal_entity_id" IS DISTINCT FROM (NEW."legal_entity_id") OR OLD."requested_at" IS DISTINCT FROM (NEW."requested_at") OR OLD."requested_by_id" IS DISTINCT FROM (NEW."requested_by_id") OR OLD."sealed" IS DISTINCT FROM (NEW."sealed") OR OLD."sealed_for" IS DISTINCT FROM (NEW."sealed_for") OR OLD."verb" IS DISTINCT FROM (NEW."verb"))',
                    func="raise exception 'what is to be approved is never changed' using errcode = 'BW002';",
                    hash="ac89c7b98aae219b226e97093e69bf3b795dfb92",
                    operation="UPDATE",
                    pgid="pgtrigger_frozen_e9070",
                    table="access_approval",
                    when="BEFORE",
                ),
            ),
        ),
    ]
