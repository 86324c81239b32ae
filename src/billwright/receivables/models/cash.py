"""Money that is held, what it settles, and what else becomes of it."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import append_only, not_deleted
from billwright.receivables.models.items import OpenItem
from billwright.receivables.states import AllocationPolicy, UseKind, WriteOffKind


class UnallocatedCash(models.Model):
    """A piece of a receipt on one account that settles nothing yet. A receipt starts as one piece.

    `open_minor` caches what is left: `amount_minor` less allocations and uses.
    """

    account = models.ForeignKey(
        "accounts.BillingAccount", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    legal_entity_id = models.BigIntegerField()
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, related_name="pieces")
    currency = models.CharField(max_length=3)
    value_date = models.DateField()
    accounting_date = models.DateField()
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_unallocated_cash"
        indexes = [
            models.Index(
                fields=["account", "value_date"], condition=Q(open_minor__gt=0), name="cash_still_unallocated"
            ),
            models.Index(fields=["account", "-id"], name="cash_by_account"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, open_minor__gte=0, open_minor__lte=F("amount_minor")),
                name="cash_open_between_nothing_and_amount",
            )
        ]
        triggers = [not_deleted()]


class WriteOff(models.Model):
    """A claim, or a part of one, given up: no money comes for it. Its allocation closes the item; so does its undoing.

    `payment` is the receipt that was short of it, if one was.
    """

    append_only = True

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    legal_entity_id = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=WriteOffKind.choices)
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    accounting_date = models.DateField()
    reason = models.CharField(max_length=200, default="")
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_write_off"
        indexes = [
            models.Index(fields=["legal_entity_id", "accounting_date", "id"], name="write_off_by_day"),
            models.Index(fields=["account", "-id"], name="write_off_by_account"),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="write_off_is_positive")]
        triggers = [append_only()]


class Allocation(models.Model):
    """Which money or credit settles which open item, how much. Append-only: undone by a row with the opposite sign.

    The source is a piece of cash, a credit note's item or a write-off; the target is a claim. `accounting_date` is the
    later of both sides' dates, or the first open day. `reverses` names the row that this one undoes.
    """

    append_only = True

    account_id = models.BigIntegerField(help_text="The target item's account.")
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="allocations", db_index=False)
    cash = models.ForeignKey(
        UnallocatedCash, on_delete=models.PROTECT, null=True, related_name="allocations", db_index=False
    )
    credit_item = models.ForeignKey(
        OpenItem, on_delete=models.PROTECT, null=True, related_name="credit_allocations", db_index=False
    )
    write_off = models.ForeignKey(
        WriteOff, on_delete=models.PROTECT, null=True, related_name="allocations", db_index=False
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    policy = models.CharField(max_length=24, choices=AllocationPolicy.choices)
    accounting_date = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)
    entry_id = models.BigIntegerField(null=True, help_text="None: both sides stand in the same control account.")
    run_id = models.BigIntegerField(null=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        db_table = "receivables_allocation"
        indexes = [
            models.Index(fields=["open_item"], name="allocation_by_item"),
            models.Index(fields=["cash"], condition=Q(cash__isnull=False), name="allocation_by_cash"),
            models.Index(fields=["credit_item"], condition=Q(credit_item__isnull=False), name="allocation_by_credit"),
            models.Index(fields=["write_off"], condition=Q(write_off__isnull=False), name="allocation_by_write_off"),
            models.Index(fields=["account_id", "-id"], name="allocation_by_account"),
            # What was settled after a day, or written after a time, is added back by ageing as of that day and time.
            models.Index(fields=["accounting_date"], name="allocation_by_date"),
            BrinIndex(fields=["recorded_at"], name="allocation_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(cash__isnull=False, credit_item=None, write_off=None)
                | Q(cash=None, credit_item__isnull=False, write_off=None)
                | Q(cash=None, credit_item=None, write_off__isnull=False),
                name="allocation_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, amount_minor__gt=0) | Q(reverses__isnull=False, amount_minor__lt=0),
                name="allocation_is_positive_or_reverses",
            ),
        ]
        triggers = [append_only()]


class SourceUse(models.Model):
    """Money or credit that went elsewhere than to a claim: refunded, moved to another account, taken back."""

    append_only = True

    account_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=8, choices=UseKind.choices)
    cash = models.ForeignKey(UnallocatedCash, on_delete=models.PROTECT, null=True, related_name="uses")
    credit_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, null=True, related_name="uses")
    to_cash = models.OneToOneField(UnallocatedCash, on_delete=models.PROTECT, null=True, related_name="came_by")
    refund = models.ForeignKey("payments.Refund", on_delete=models.PROTECT, null=True, related_name="uses")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    accounting_date = models.DateField()
    entry_id = models.BigIntegerField()
    to_entry_id = models.BigIntegerField(
        null=True, help_text="Of money that went to another company: the entry in its books."
    )
    rate = models.DecimalField(
        max_digits=24, decimal_places=12, null=True, help_text="Of money changed: what one unit was worth."
    )
    rate_from = models.DateField(null=True, help_text="The day from which that rate holds.")
    rate_source = models.CharField(max_length=80, default="", db_default="", help_text="Who says so.")
    reason = models.CharField(max_length=200, default="")
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        db_table = "receivables_source_use"
        constraints = [
            models.CheckConstraint(
                condition=Q(cash__isnull=False, credit_item=None) | Q(cash=None, credit_item__isnull=False),
                name="use_has_one_source",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, amount_minor__gt=0) | Q(reverses__isnull=False, amount_minor__lt=0),
                name="use_is_positive_or_reverses",
            ),
            models.CheckConstraint(
                condition=Q(rate=None, rate_from=None) | Q(rate__gt=0, rate_from__isnull=False),
                name="use_rate_has_a_day",
            ),
        ]
        triggers = [append_only()]
