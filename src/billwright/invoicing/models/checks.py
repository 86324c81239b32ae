"""Tables of checks before issue: what each check does in a company from a day on, and what it held."""

from __future__ import annotations

from django.db import models

from billwright.invoicing.states import HELD_DOCUMENT, CheckSeverity, HeldState
from billwright.kernel.triggers import append_only, not_deleted, state_machine


class CheckRule(models.Model):
    """What a check does in a company from a day on, until the next row. Without a row the check's own default holds.

    `factor`, `minimum` (major units of the document's currency) and `days` are thresholds of the checks that have them.
    """

    append_only = True

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    valid_from = models.DateField()
    severity = models.CharField(max_length=7, choices=CheckSeverity.choices)
    factor = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    minimum = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    days = models.IntegerField(null=True)
    reason = models.CharField(max_length=400, default="")
    set_by = models.CharField(max_length=80)
    asked_by = models.CharField(max_length=80, default="")
    set_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_check_rule"
        indexes = [models.Index(fields=["legal_entity", "code", "-valid_from", "-id"], name="check_rule_by_day")]
        triggers = [append_only()]


class HeldDocument(models.Model):
    """A prepared bill that a check holds until a person releases it, with a reason, or its cause is cured.

    `digest` is what the account would get: a release holds for exactly that, in whichever run it comes.
    """

    run = models.ForeignKey("invoicing.BillRun", on_delete=models.PROTECT, related_name="held", db_index=False)
    payer_id = models.BigIntegerField()
    legal_entity_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    digest = models.UUIDField()
    state = models.CharField(max_length=8, choices=HeldState.choices, default=HeldState.OPEN)
    held_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "invoicing_held_document"
        constraints = [
            models.UniqueConstraint(fields=["run", "payer_id", "code", "digest"], name="held_once_for_a_reason")
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="held_document_by_state"),
            models.Index(fields=["payer_id", "code"], name="held_document_by_payer"),
        ]
        triggers = [state_machine(HELD_DOCUMENT), not_deleted()]


class CoverageReason(models.Model):
    """Why days of a charge are on no line or on several, or why two lines are not one. The newest holds."""

    append_only = True

    account_id = models.BigIntegerField()
    item_id = models.BigIntegerField(null=True, help_text="Of the charge whose days it explains.")
    starts_on = models.DateField(null=True)
    ends_before = models.DateField(null=True)
    invoice_id = models.BigIntegerField(null=True, help_text="Of the line that looks billed twice.")
    line_no = models.IntegerField(null=True)
    reason = models.CharField(max_length=400)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_coverage_reason"
        indexes = [
            models.Index(fields=["item_id", "-id"], name="coverage_reason_by_item"),
            models.Index(fields=["invoice_id", "line_no"], name="coverage_reason_by_line"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(item_id__isnull=False, starts_on__lt=models.F("ends_before"))
                | models.Q(invoice_id__isnull=False, line_no__isnull=False),
                name="coverage_reason_is_about_something",
            )
        ]
        triggers = [append_only()]
