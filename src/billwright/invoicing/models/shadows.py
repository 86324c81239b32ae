"""Tables of shadow runs: the same run drafted twice, and how the drafts differ."""

from __future__ import annotations

from django.db import models

from billwright.invoicing.states import SHADOW_RUN, ShadowCause, ShadowState
from billwright.kernel.triggers import not_deleted, state_machine


class ShadowRun(models.Model):
    """Two drafts of the same accounts and why they differ; nothing of either was issued by it.

    `supposed` says in what the second draft differs. Totals, groups and the digest over every difference stay as they
    are from the moment that it is drafted: they are what a person signs.
    """

    bill_run = models.ForeignKey("invoicing.BillRun", on_delete=models.PROTECT, null=True, related_name="shadows")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    payer_ids = models.JSONField(null=True, help_text="None: every payer.")
    as_of = models.DateField()
    document_date = models.DateField()
    interim = models.BooleanField(default=False)
    supposed = models.JSONField()
    description = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=10, choices=ShadowState.choices, default=ShadowState.DRAFTING)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    drafted_at = models.DateTimeField(null=True)
    seconds = models.DecimalField(max_digits=12, decimal_places=3, default=0)
    payer_count = models.IntegerField(default=0, help_text="Accounts in either draft.")
    changed_count = models.IntegerField(default=0, help_text="Accounts whose drafts differ.")
    totals = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    digest = models.UUIDField(null=True)
    signed_by = models.CharField(max_length=80, default="")
    signed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="", help_text="Of the person who signed.")

    class Meta:
        db_table = "invoicing_shadow_run"
        indexes = [models.Index(fields=["bill_run", "-id"], name="shadow_by_bill_run")]
        triggers = [state_machine(SHADOW_RUN), not_deleted()]


class ShadowChange(models.Model):
    """What one cause makes the second draft of a charge differ by. Amounts in minor units, signed."""

    shadow = models.ForeignKey(ShadowRun, on_delete=models.PROTECT, related_name="changes", db_index=False)
    payer_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    charge_key = models.CharField(max_length=340, help_text="Subscription and charge, or kind and text.")
    what = models.CharField(max_length=300)
    cause = models.CharField(max_length=10, choices=ShadowCause.choices)
    amount_minor = models.BigIntegerField()
    before = models.CharField(max_length=60, default="", help_text="The factor that changed, in the first draft.")
    after = models.CharField(max_length=60, default="")

    class Meta:
        db_table = "invoicing_shadow_change"
        indexes = [models.Index(fields=["shadow", "payer_id"], name="shadow_changes_by_payer")]


class ShadowLine(models.Model):
    """A line of either draft, of payers whose drafts differ: what a person looks at side by side."""

    shadow = models.ForeignKey(ShadowRun, on_delete=models.PROTECT, related_name="lines", db_index=False)
    payer_id = models.BigIntegerField()
    side = models.CharField(max_length=1, help_text="A: the first draft, B: the second.")
    account_id = models.BigIntegerField()
    charge_key = models.CharField(max_length=340)
    kind = models.CharField(max_length=14)
    text = models.CharField(max_length=300)
    service_from = models.DateField()
    service_to = models.DateField()
    quantity = models.DecimalField(max_digits=30, decimal_places=12)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    days = models.IntegerField(null=True)
    base_days = models.IntegerField(null=True)
    amount_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField()
    tax_percent = models.DecimalField(max_digits=9, decimal_places=6)
    tax_minor = models.BigIntegerField()

    class Meta:
        db_table = "invoicing_shadow_line"
        indexes = [models.Index(fields=["shadow", "payer_id"], name="shadow_lines_by_payer")]
