"""Tables of deferred revenue: what each deferred line is to bring, and what each month's run recognized of it."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import FROZEN_STATE, append_only, not_deleted

_ONLY_SETTLED_CHANGES = f"""
    raise exception 'the schedule of line % of document % is fixed with its document', old.line_no, old.invoice_id
        using errcode = '{FROZEN_STATE}';
"""


class RevenueRun(models.Model):
    """One recognition of the deferred revenue of an entity's month, or the reversal of one.

    `turn` counts the runs of a month: documents that came after the first make a second. Its journal entries carry
    the key `revenue_run:ID`.
    """

    append_only = True

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="Its first day.")
    turn = models.SmallIntegerField()
    accounting_date = models.DateField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")
    actor = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_revenue_run"
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "month", "turn"], name="revenue_run_once_a_turn")
        ]
        triggers = [append_only()]


class RevenueSchedule(models.Model):
    """What one deferred line is to bring over its days of service [service_from, ends_before).

    A line and the lines that credit it share one `head` and are recognized together. `base_minor` is its share of what
    the document posted in base currency. `settled_on` caches the day on which nothing was left of its head.
    """

    pk = models.CompositePrimaryKey("invoice_id", "line_no")
    invoice_id = models.BigIntegerField()
    line_no = models.IntegerField()
    head_invoice_id = models.BigIntegerField()
    head_line_no = models.IntegerField()
    legal_entity_id = models.BigIntegerField()
    ledger_account_id = models.BigIntegerField(help_text="The deferred revenue account that it was posted to.")
    currency = models.CharField(max_length=3)
    service_from = models.DateField()
    ends_before = models.DateField()
    net_minor = models.BigIntegerField()
    base_minor = models.BigIntegerField()
    accounting_date = models.DateField()
    settled_on = models.DateField(null=True)

    class Meta:
        db_table = "invoicing_revenue_schedule"
        indexes = [
            models.Index(fields=["head_invoice_id", "head_line_no"], name="revenue_schedule_by_head"),
            models.Index(fields=["legal_entity_id"], name="revenue_schedule_open", condition=Q(settled_on=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_before__gt=F("service_from")), name="scheduled_service_not_empty")
        ]
        triggers = [
            not_deleted(),
            pgtrigger.Trigger(
                name="fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(
                    "invoice_id", "line_no", "head_invoice_id", "head_line_no", "legal_entity_id",
                    "ledger_account_id", "currency", "service_from", "ends_before", "net_minor", "base_minor",
                    "accounting_date",
                ),
                func=_ONLY_SETTLED_CHANGES,
            ),
        ]  # fmt: skip


class RevenuePosting(models.Model):
    """What a run recognized of a head line; negative where a credit takes recognized revenue back."""

    append_only = True

    pk = models.CompositePrimaryKey("run_id", "invoice_id", "line_no")
    run = models.ForeignKey(RevenueRun, on_delete=models.PROTECT, related_name="postings", db_index=False)
    invoice_id = models.BigIntegerField()
    line_no = models.IntegerField()
    recognized_minor = models.BigIntegerField()
    base_minor = models.BigIntegerField()

    class Meta:
        db_table = "invoicing_revenue_posting"
        indexes = [models.Index(fields=["invoice_id", "line_no"], name="revenue_posting_by_line")]
        triggers = [append_only()]
