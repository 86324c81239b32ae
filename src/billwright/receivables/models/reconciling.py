"""Tables of comparing our books with a customer's own paper: what they sent, what was found, who signed it off."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import FROZEN_STATE, append_only, not_deleted, state_machine
from billwright.receivables.states import RECONCILIATION, DifferenceKind, ReconciliationState, TheirContent

# Figures that were signed off stay as they were signed.
_FREEZE = f"""
    if exists (
        select 1 from receivables_reconciliation as r
         where r.id = coalesce(new.reconciliation_id, old.reconciliation_id) and r.state = 'SIGNED_OFF'
    ) then
        raise exception 'the reconciliation is signed off' using errcode = '{FROZEN_STATE}';
    end if;
    return coalesce(new, old);
"""


def _frozen_when_signed() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="frozen_when_signed",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_FREEZE,
    )


class Reconciliation(models.Model):
    """Our books of some accounts of one customer beside the customer's own paper, as of a day.

    The accounts may be kept by several companies and in several currencies. What was dated up to `timing_days` before
    the day may still be on its way. `figures` and `digest` are written when it is signed off.
    """

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    content = models.CharField(max_length=10, choices=TheirContent.choices)
    as_of = models.DateField()
    since = models.DateField(null=True, help_text="For movements: the first day; none: their first.")
    timing_days = models.SmallIntegerField(default=5)
    state = models.CharField(max_length=10, choices=ReconciliationState.choices, default=ReconciliationState.OPEN)
    figures = models.JSONField(null=True)
    digest = models.CharField(max_length=64, default="")
    compared_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    signed_by = models.CharField(max_length=80, default="")
    signed_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, default="")

    class Meta:
        db_table = "receivables_reconciliation"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ReconciliationState.SIGNED_OFF)
                | (Q(signed_at__isnull=False, figures__isnull=False) & ~Q(signed_by="") & ~Q(digest="")),
                name="reconciliation_signed_is_whole",
            )
        ]
        triggers = [state_machine(RECONCILIATION), not_deleted()]


class ReconciliationAccount(models.Model):
    """One of the accounts that are compared."""

    append_only = True

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="accounts")
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+")

    class Meta:
        db_table = "receivables_reconciliation_account"
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "account"], name="reconciliation_account_once")
        ]
        triggers = [append_only()]


class ReconciliationFile(models.Model):
    """A file of theirs, and which of its columns say what. `account` is whose it is where no column says so."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="files")
    stored_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, null=True, related_name="+")
    headings = models.JSONField()
    columns = models.JSONField()
    is_confirmed = models.BooleanField(default=False)
    row_count = models.IntegerField()
    skipped_rows = models.JSONField(default=list, help_text="Rows that are neither a document nor a payment: totals.")
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_reconciliation_file"
        triggers = [_frozen_when_signed()]


class TheirColumns(models.Model):
    """Which columns of a customer's papers say what, as somebody confirmed it: found again by the headings."""

    append_only = True

    customer = models.ForeignKey("accounts.Customer", on_delete=models.PROTECT, related_name="+")
    headings = models.JSONField()
    columns = models.JSONField()
    saved_by = models.CharField(max_length=80)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_their_columns"
        indexes = [models.Index(fields=["customer", "-id"], name="their_columns_newest")]
        triggers = [append_only()]


class TheirLine(models.Model):
    """One line of their paper, as it was read. Positive: they owe it; negative: they paid or were credited."""

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(ReconciliationFile, on_delete=models.PROTECT, related_name="+")
    row = models.IntegerField()
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, null=True, related_name="+")
    number = models.CharField(max_length=80, default="")
    dated_on = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    text = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "receivables_their_line"
        triggers = [_frozen_when_signed()]


class ReconciliationLine(models.Model):
    """A finding: a line of theirs, one of ours, or both, and how they differ. The workings that are saved.

    `difference_minor` is ours less theirs, as of the day. Facts of both sides are copied, so that what was signed
    off can be read without the books of today.
    """

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=19, choices=DifferenceKind.choices)
    account_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    their_line_id = models.BigIntegerField(null=True)
    their_number = models.CharField(max_length=80, default="")
    their_date = models.DateField(null=True)
    their_text = models.CharField(max_length=200, default="")
    theirs_minor = models.BigIntegerField()
    our_key = models.CharField(max_length=40, default="", help_text="invoice:ID, cash:ID or refund:ID.")
    our_number = models.CharField(max_length=80, default="")
    our_date = models.DateField(null=True)
    ours_minor = models.BigIntegerField()
    difference_minor = models.BigIntegerField()
    explanation = models.CharField(max_length=200, default="")
    explained_by = models.CharField(max_length=80, default="")
    explained_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "receivables_reconciliation_line"
        indexes = [models.Index(fields=["reconciliation", "kind", "id"], name="reconciliation_line_by_kind")]
        triggers = [_frozen_when_signed()]
