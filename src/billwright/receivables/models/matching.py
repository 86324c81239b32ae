"""Tables of matching: what was found for each receipt, by which evidence, and what was learned from the answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.receivables.states import (
    MATCH,
    KeyKind,
    MatchDecision,
    MatchState,
    Preference,
    SignKind,
    WriteOffKind,
)


class MatchRule(models.Model):
    """How a company matches, from a day on: the latest written row of the latest day is in force.

    `tolerance_minor` or `tolerance_percent` of what is owed may be missing and is written off. `is_deciding`: what a
    reference, a number in the text, or same payer and amount decide is allocated without a person. Any other evidence
    posts by itself only when the lower end of its measured precision reaches `precision_min`, counted over at least
    `history_min` answers; none: never. `target_days` after the value date a receipt should be allocated.
    """

    append_only = True

    legal_entity_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    valid_from = models.DateField()
    tolerance_minor = models.BigIntegerField(null=True)
    tolerance_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    withheld_percents = models.JSONField(default=list, help_text="Rates of tax that payers keep back, as strings.")
    discounts = models.JSONField(
        default=list,
        db_default=[],
        help_text="Early-payment terms: [percent of the total, days] each.",
    )
    prefer = models.CharField(max_length=6, choices=Preference.choices, default=Preference.OLDEST)
    is_deciding = models.BooleanField(default=False)
    precision_min = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    history_min = models.IntegerField(default=200)
    target_days = models.IntegerField(default=2)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_match_rule"
        indexes = [models.Index(fields=["legal_entity_id", "currency", "-valid_from", "-id"], name="match_rule_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(tolerance_minor=None) | Q(tolerance_percent=None, tolerance_minor__gte=0),
                name="match_tolerance_is_one",
            ),
            models.CheckConstraint(
                condition=Q(tolerance_percent=None) | Q(tolerance_percent__gte=0, tolerance_percent__lte=100),
                name="match_tolerance_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(precision_min=None) | Q(precision_min__gt=0, precision_min__lt=1),
                name="match_precision_is_a_share",
            ),
        ]
        triggers = [append_only()]


class MatchProposal(models.Model):
    """What matching found for a piece of a receipt: the payer, the items, the evidence and its probability.

    A piece in the queue has one OPEN row, also when nothing was found (`reason` then says why it waits). `evidence`
    lists what was found where: field, start and end in its text, and what it means.
    """

    cash = models.ForeignKey("receivables.UnallocatedCash", on_delete=models.PROTECT, related_name="matches")
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, related_name="+", db_index=False)
    legal_entity_id = models.BigIntegerField()
    account = models.ForeignKey(
        "accounts.BillingAccount", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(help_text="What was left of the piece when it was looked at.")
    value_date = models.DateField()
    target_on = models.DateField()
    owner = models.CharField(max_length=80, default="")
    state = models.CharField(max_length=8, choices=MatchState.choices, default=MatchState.OPEN)
    evidence_kind = models.CharField(max_length=40, default="")
    evidence = models.JSONField(default=list)
    probability = models.DecimalField(max_digits=5, decimal_places=4, default=0)
    is_deciding = models.BooleanField(default=False)
    reason = models.CharField(max_length=40, default="")
    write_off_minor = models.BigIntegerField(default=0)
    write_off_kind = models.CharField(max_length=16, choices=WriteOffKind.choices, default="")
    run_key = models.CharField(max_length=60)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    decision = models.CharField(max_length=7, choices=MatchDecision.choices, default="")
    decided_by = models.CharField(max_length=80, default="")
    decided_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # What accepting wrote, so that undoing takes exactly that back.
    allocation_ids = models.JSONField(default=list)
    moved_cash_ids = models.JSONField(default=list)

    class Meta:
        db_table = "receivables_match_proposal"
        indexes = [
            models.Index(
                fields=["legal_entity_id", "value_date", "id"], condition=Q(state=MatchState.OPEN), name="match_queue"
            ),
            # The queue of several companies.
            models.Index(fields=["value_date", "id"], condition=Q(state=MatchState.OPEN), name="match_queue_by_day"),
            models.Index(fields=["payment", "-id"], name="match_by_payment"),
            models.Index(fields=["run_key", "cash"], name="match_seen_by_run"),
            models.Index(
                fields=["legal_entity_id", "evidence_kind"],
                condition=~Q(state__in=[MatchState.OPEN, MatchState.REPLACED]),
                name="match_history",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["cash"], condition=Q(state=MatchState.OPEN), name="match_open_once"),
            models.CheckConstraint(
                condition=Q(probability__gte=0, probability__lte=1), name="match_probability_is_a_share"
            ),
        ]
        triggers = [state_machine(MATCH), not_deleted()]


class MatchItem(models.Model):
    """One item of a finding: how much of the money goes to it, and how much of it would be written off."""

    append_only = True

    proposal = models.ForeignKey(MatchProposal, on_delete=models.PROTECT, related_name="items")
    open_item = models.ForeignKey("receivables.OpenItem", on_delete=models.PROTECT, related_name="+")
    place = models.SmallIntegerField()
    amount_minor = models.BigIntegerField()
    write_off_minor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "receivables_match_item"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, write_off_minor__gte=0) | Q(amount_minor=0, write_off_minor__gt=0),
                name="match_item_is_positive",
            )
        ]
        triggers = [append_only()]


class PayerSign(models.Model):
    """By what a payer was known: learned from an accepted match, forgotten when that match is undone."""

    kind = models.CharField(max_length=12, choices=SignKind.choices)
    sign = models.CharField(max_length=200)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    learned_from = models.ForeignKey(MatchProposal, on_delete=models.PROTECT, related_name="signs")
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)
    forgotten_by = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "receivables_payer_sign"
        indexes = [
            models.Index(fields=["kind", "sign"], condition=Q(forgotten_at=None), name="payer_sign_known"),
        ]
        triggers = [not_deleted()]


class MatchKey(models.Model):
    """What of an open document is looked for in texts, folded so that letters and digits that look alike are one.

    A working table: filled before receipts are looked at, emptied of what is paid. Its key is all there is of a row, so
    that one index finds it and keeps it single.
    """

    pk = models.CompositePrimaryKey("key", "kind", "open_item_id")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=9, choices=KeyKind.choices)
    open_item_id = models.BigIntegerField()

    class Meta:
        db_table = "receivables_match_key"
