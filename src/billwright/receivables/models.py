"""Tables of receivables. Allocations and uses are append-only; cached open amounts are proved by reconciliation."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import append_only, not_deleted
from billwright.receivables.states import AllocationPolicy, ClaimClass, HoldReason, UseKind, WalletMove, WriteOffKind

# Appended, never added to a row that others hold: two that settle items of one account do not wait for one another.
_NOTE_NEW = """
    insert into receivables_open_change (account_id, legal_entity_id, currency, due_date, document_date, open_minor)
    select n.account_id, n.legal_entity_id, n.currency, n.due_date, n.document_date, n.open_minor
      from new_items as n
     where n.open_minor <> 0;
    return null;
"""
_NOTE_CHANGES = """
    insert into receivables_open_change (account_id, legal_entity_id, currency, due_date, document_date, open_minor)
    select c.account_id, c.legal_entity_id, c.currency, c.due_date, c.document_date, sum(c.open_minor)
      from (
        select account_id, legal_entity_id, currency, due_date, document_date, open_minor from new_items
        union all
        select account_id, legal_entity_id, currency, due_date, document_date, -open_minor from old_items
      ) as c
     group by c.account_id, c.legal_entity_id, c.currency, c.due_date, c.document_date
    having sum(c.open_minor) <> 0;
    return null;
"""


class OpenItem(models.Model):
    """One claim on the payer, still (partly) unpaid or not: the unit of ageing, allocation, dispute and hold.

    A document has one, or by terms in parts one per part with a due date of its own, the earliest first. A credit
    note's item is negative. `open_minor` is a cache: amount less allocations. Dates are copied from the document, which
    is frozen.
    """

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    legal_entity_id = models.BigIntegerField()
    invoice = models.ForeignKey(
        "invoicing.Invoice", on_delete=models.PROTECT, related_name="open_items", db_index=False
    )
    part_no = models.SmallIntegerField(default=1, db_default=1, help_text="From 1, where a document is due in parts.")
    claim_class = models.CharField(max_length=9, choices=ClaimClass.choices, default=ClaimClass.PRINCIPAL)
    currency = models.CharField(max_length=3)
    document_date = models.DateField()
    due_date = models.DateField()
    accounting_date = models.DateField()
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_open_item"
        indexes = [
            models.Index(
                fields=["account", "due_date"],
                include=["open_minor", "currency", "document_date"],
                condition=~Q(open_minor=0),
                name="items_still_open",
            ),
            models.Index(fields=["account", "-document_date", "-id"], name="item_by_account"),
            # All that ageing asks of today's open items, so that the totals are read from the index alone.
            models.Index(
                fields=["legal_entity_id", "due_date"],
                include=[
                    "id",
                    "account_id",
                    "currency",
                    "document_date",
                    "accounting_date",
                    "recorded_at",
                    "open_minor",
                ],
                condition=~Q(open_minor=0),
                name="open_item_by_age",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "part_no"], name="open_item_once_a_part"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, open_minor__gte=0, open_minor__lte=F("amount_minor"))
                | Q(amount_minor__lt=0, open_minor__lte=0, open_minor__gte=F("amount_minor")),
                name="open_between_nothing_and_amount",
            ),
        ]
        triggers = [
            not_deleted(),
            pgtrigger.Trigger(
                name="note_new",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_items"),
                func=_NOTE_NEW,
            ),
            pgtrigger.Trigger(
                name="note_changes",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=pgtrigger.Referencing(old="old_items", new="new_items"),
                func=_NOTE_CHANGES,
            ),
        ]


class OpenChange(models.Model):
    """By how much the open amounts of one account and day changed, not yet folded into the sums below.

    Appended by triggers of the open items, taken by `fold_changes`. Sums and changes together are always right.
    """

    account_id = models.BigIntegerField()
    legal_entity_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    due_date = models.DateField()
    document_date = models.DateField()
    open_minor = models.BigIntegerField()

    class Meta:
        db_table = "receivables_open_change"


class AccountSum(models.Model):
    """What is open on one account, as far as changes are folded; credit notes count negative.

    `oldest_due` is the earliest due date of its claims that are open. A cache: the truth is the allocations.
    """

    account_id = models.BigIntegerField(primary_key=True)
    legal_entity_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    open_minor = models.BigIntegerField()
    oldest_due = models.DateField(null=True)

    class Meta:
        db_table = "receivables_account_sum"


class DaySum(models.Model):
    """What is open of one company's documents of one date and due date, as far as changes are folded. A cache."""

    pk = models.CompositePrimaryKey("legal_entity_id", "currency", "due_date", "document_date")
    legal_entity_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    due_date = models.DateField()
    document_date = models.DateField()
    open_minor = models.BigIntegerField()

    class Meta:
        db_table = "receivables_day_sum"


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
        ]
        triggers = [append_only()]


class WalletLot(models.Model):
    """Money that an account paid in advance for whatever it is billed, until it expires. `open_minor` caches the rest.

    Bought of a piece of unallocated cash; owed to the customer until it is drawn or expires (docs/decisions).
    """

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    legal_entity_id = models.BigIntegerField()
    cash = models.ForeignKey(UnallocatedCash, on_delete=models.PROTECT, related_name="wallet_lots")
    currency = models.CharField(max_length=3)
    bought_on = models.DateField()
    expires_on = models.DateField(null=True, help_text="Not for documents of this day or later; none: never.")
    amount_minor = models.BigIntegerField()
    open_minor = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_wallet_lot"
        indexes = [
            models.Index(fields=["account"], condition=Q(open_minor__gt=0), name="wallet_lot_still_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, open_minor__gte=0, open_minor__lte=F("amount_minor")),
                name="wallet_lot_open_between_nothing_and_amount",
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=F("bought_on")), name="wallet_lot_holds_a_day"
            ),
        ]
        triggers = [not_deleted()]


class WalletUse(models.Model):
    """Money that left a wallet lot. Append-only."""

    append_only = True

    lot = models.ForeignKey(WalletLot, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=8, choices=WalletMove.choices)
    amount_minor = models.BigIntegerField()
    to_cash = models.OneToOneField(UnallocatedCash, on_delete=models.PROTECT, null=True, related_name="came_of_wallet")
    accounting_date = models.DateField()
    entry_id = models.BigIntegerField()
    run_id = models.BigIntegerField(null=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_wallet_use"
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="wallet_use_is_positive")]
        triggers = [append_only()]


class Hold(models.Model):
    """A reason not to chase an item, or `amount_minor` of it, from a day until a day.

    `source` is opaque (`dispute:7`). Rows are versioned: a change closes one (`superseded_at`) and adds another, so
    that a report can be asked as of a date and as known at a time.
    """

    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=20, choices=HoldReason.choices)
    amount_minor = models.BigIntegerField(null=True, help_text="None: all of it.")
    source = models.CharField(max_length=80, default="")
    note = models.CharField(max_length=200, default="")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="Exclusive; none: until released.")
    placed_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "receivables_hold"
        indexes = [models.Index(fields=["open_item"], condition=Q(superseded_at=None), name="hold_in_force")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor=None) | Q(amount_minor__gt=0), name="hold_is_positive"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="hold_period_is_not_negative"
            ),
        ]
        triggers = [not_deleted()]


# Tables of collecting and matching stand in files of their own; Django finds models here.
from billwright.receivables.collecting_models import CollectionItem  # noqa: E402
from billwright.receivables.match_models import (  # noqa: E402
    MatchItem,
    MatchKey,
    MatchProposal,
    MatchRule,
    PayerSign,
)

__all__ = [
    "AccountSum",
    "Allocation",
    "CollectionItem",
    "DaySum",
    "Hold",
    "MatchItem",
    "MatchKey",
    "MatchProposal",
    "MatchRule",
    "OpenChange",
    "OpenItem",
    "PayerSign",
    "SourceUse",
    "UnallocatedCash",
    "WalletLot",
    "WalletUse",
    "WriteOff",
]
