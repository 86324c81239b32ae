"""Claims and what is open of them: one row a claim, its changes, and the sums of them."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import not_deleted
from billwright.receivables.states import ClaimClass, HoldReason

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

    `oldest_due` is the earliest due date of its claims that are open. `overdue_minor` is what is open of items due
    before a day, `last_due` the latest date due among these, `next_due` the earliest among the others: it holds as of
    every day after `last_due` and not after `next_due`. A cache: the truth is the allocations.
    """

    account_id = models.BigIntegerField(primary_key=True)
    legal_entity_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    open_minor = models.BigIntegerField()
    overdue_minor = models.BigIntegerField(default=0, db_default=0)
    oldest_due = models.DateField(null=True)
    last_due = models.DateField(null=True)
    next_due = models.DateField(null=True)

    class Meta:
        db_table = "receivables_account_sum"
        indexes = [
            models.Index(fields=["open_minor", "account_id"], name="account_sum_by_open"),
            models.Index(fields=["overdue_minor", "account_id"], name="account_sum_by_overdue"),
            # Those whose overdue_minor does not hold as of a day.
            models.Index(fields=["next_due"], name="account_sum_by_next_due"),
            models.Index(fields=["last_due"], name="account_sum_by_last_due"),
        ]


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
