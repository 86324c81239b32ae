"""Tables of rating."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.rating.states import PENDING_CHARGE, BankMove, ChargeKind, ChargeState, LotSource


class PendingCharge(models.Model):
    """A one-off, adjustment or true-up that waits for a bill run. Negative amounts reduce what is owed."""

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    payer = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    subscription = models.ForeignKey(
        "subscriptions.Subscription", on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=14, choices=ChargeKind.choices)
    state = models.CharField(max_length=9, choices=ChargeState.choices, default=ChargeState.PROPOSED)
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=200)
    quantity = models.DecimalField(max_digits=24, decimal_places=6, default=1)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    service_from = models.DateField()
    service_to = models.DateField()
    bill_from = models.DateField(help_text="Not before a run of this day.")
    reason = models.CharField(max_length=200)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, default="")
    approved_at = models.DateTimeField(null=True)
    run_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "rating_pending_charge"
        indexes = [
            models.Index(fields=["payer", "id"], name="charge_waiting_by_payer", condition=Q(state="READY")),
            models.Index(fields=["account", "-id"], name="charge_by_account"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(amount_minor=0), name="charge_is_not_zero")]
        triggers = [state_machine(PENDING_CHARGE), not_deleted()]


class RatedRecord(models.Model):
    """What a record of usage came to when its item was billed; the claim of the line says in which bill.

    A later claim of the same record holds in place of an earlier one. Amounts in major units, not rounded; without a
    rate nothing was billed. Append-only.
    """

    append_only = True

    pk = models.CompositePrimaryKey("item_id", "claim_no", "record_id")
    item_id = models.BigIntegerField()
    claim_no = models.IntegerField()
    record_id = models.BigIntegerField()
    billed_quantity = models.DecimalField(max_digits=30, decimal_places=12)
    amount = models.DecimalField(max_digits=50, decimal_places=18)
    is_rated = models.BooleanField()
    prefix = models.CharField(max_length=20, default="")
    parts = models.JSONField(default=list, help_text="Per band: quantity, unit and amount, in order.")
    run_id = models.BigIntegerField()

    class Meta:
        db_table = "rating_rated_record"
        indexes = [models.Index(fields=["record_id"], name="rated_record_by_record")]
        triggers = [append_only()]


class BankEntry(models.Model):
    """A movement of a subscription's bank of netted units: its sum is what stands in it. Append-only.

    SETTLED has the day of settlement as its period. Tied to the line by item and claim.
    """

    append_only = True

    subscription = models.ForeignKey(
        "subscriptions.Subscription", on_delete=models.PROTECT, related_name="bank_entries", db_index=False
    )
    kind = models.CharField(max_length=7, choices=BankMove.choices)
    period_from = models.DateField()
    period_to = models.DateField()
    quantity = models.DecimalField(max_digits=30, decimal_places=12, help_text="Positive: put into the bank.")
    item_id = models.BigIntegerField()
    claim_no = models.IntegerField()
    run_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "rating_bank_entry"
        constraints = [
            models.UniqueConstraint(fields=["subscription", "kind", "period_from"], name="bank_moves_once_a_period")
        ]
        triggers = [append_only()]


class PrepaidLot(models.Model):
    """Units of a meter that a subscription may use before it pays, until they expire. Append-only."""

    append_only = True

    subscription = models.ForeignKey(
        "subscriptions.Subscription", on_delete=models.PROTECT, related_name="prepaid_lots", db_index=False
    )
    meter = models.CharField(max_length=40)
    source = models.CharField(max_length=8, choices=LotSource.choices)
    units = models.DecimalField(max_digits=30, decimal_places=12)
    granted_on = models.DateField(help_text="For periods that end after this day.")
    expires_on = models.DateField(help_text="Not for periods that begin on this day or later.")
    item_id = models.BigIntegerField(null=True, help_text="Whose period left them over.")
    period_from = models.DateField(null=True)
    run_id = models.BigIntegerField(null=True)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "rating_prepaid_lot"
        indexes = [models.Index(fields=["subscription", "meter"], name="prepaid_lot_by_meter")]
        constraints = [
            models.CheckConstraint(condition=Q(units__gt=0), name="prepaid_units_are_positive"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("granted_on")), name="prepaid_units_hold_a_day"),
            models.UniqueConstraint(
                fields=["item_id", "period_from"], condition=Q(item_id__isnull=False), name="rolled_over_once"
            ),
        ]
        triggers = [append_only()]


class PrepaidDraw(models.Model):
    """Units that a billed period took from a lot; negative where an earlier draw was given back. Append-only."""

    append_only = True

    lot = models.ForeignKey(PrepaidLot, on_delete=models.PROTECT, related_name="draws", db_index=False)
    item_id = models.BigIntegerField()
    claim_no = models.IntegerField()
    period_from = models.DateField()
    units = models.DecimalField(max_digits=30, decimal_places=12)
    run_id = models.BigIntegerField()

    class Meta:
        db_table = "rating_prepaid_draw"
        constraints = [
            models.UniqueConstraint(fields=["lot", "item_id", "period_from", "claim_no"], name="drawn_once_a_claim")
        ]
        triggers = [append_only()]


class Coupon(models.Model):
    """A code that gives a discount to whoever redeems it while it is valid. What is redeemed is a discount of its own.

    Valid for acts on [valid_from, ends_before); `uses_max` none: as often as anybody likes. Closed: never again.
    """

    code = models.CharField(max_length=40, unique=True, help_text="In upper case.")
    name = models.CharField(max_length=120)
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    plan_id = models.BigIntegerField(null=True)
    plan_charge_ids = ArrayField(models.BigIntegerField(), default=list)
    percent = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    amount = models.DecimalField(max_digits=30, decimal_places=12, null=True, help_text="A full period, major units.")
    currency = models.CharField(max_length=3, default="")
    periods = models.SmallIntegerField(null=True, help_text="Holds for so many periods; none: for all.")
    position = models.SmallIntegerField(default=0)
    valid_from = models.DateField()
    ends_before = models.DateField(null=True)
    uses_max = models.IntegerField(null=True)
    once_per_customer = models.BooleanField(default=True)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    closed_by = models.CharField(max_length=80, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "rating_coupon"
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=False, amount__isnull=True) | Q(percent__isnull=True, amount__isnull=False),
                name="coupon_is_percent_or_amount",
            ),
            models.CheckConstraint(condition=Q(uses_max__isnull=True) | Q(uses_max__gt=0), name="coupon_has_uses"),
        ]
        triggers = [not_deleted()]


class Discount(models.Model):
    """Less for an account or one of its subscriptions, a percentage or an amount a period, for some or all periods.

    Limited to plan charges where `plan_charge_ids` names some. The most restricted comes first: charge, plan,
    subscription, account; among equals the lower `position`.
    """

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="discounts")
    subscription = models.ForeignKey(
        "subscriptions.Subscription", on_delete=models.PROTECT, null=True, related_name="discounts"
    )
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=40, default="")
    plan_id = models.BigIntegerField(null=True)
    plan_charge_ids = ArrayField(models.BigIntegerField(), default=list)
    percent = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    amount = models.DecimalField(max_digits=30, decimal_places=12, null=True, help_text="A full period, major units.")
    currency = models.CharField(max_length=3, default="")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True)
    periods = models.SmallIntegerField(null=True, help_text="Holds for so many periods; none: for all.")
    position = models.SmallIntegerField(default=0)
    coupon = models.ForeignKey(Coupon, on_delete=models.PROTECT, null=True, related_name="discounts", db_index=False)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "rating_discount"
        indexes = [
            models.Index(fields=["coupon"], name="discount_by_coupon", condition=Q(coupon__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=False, amount__isnull=True) | Q(percent__isnull=True, amount__isnull=False),
                name="discount_is_percent_or_amount",
            ),
        ]
        triggers = [not_deleted()]


class SpendLimit(models.Model):
    """What an account or subscription agreed to come to in a full period, at least or at most, in major units."""

    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="spend_limits")
    subscription = models.ForeignKey(
        "subscriptions.Subscription", on_delete=models.PROTECT, null=True, related_name="spend_limits"
    )
    name = models.CharField(max_length=120)
    plan_id = models.BigIntegerField(null=True)
    plan_charge_ids = ArrayField(models.BigIntegerField(), default=list)
    minimum = models.DecimalField(max_digits=30, decimal_places=12, null=True)
    maximum = models.DecimalField(max_digits=30, decimal_places=12, null=True)
    currency = models.CharField(max_length=3)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "rating_spend_limit"
        triggers = [not_deleted()]
