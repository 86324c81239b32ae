"""Tables of payment gateways: their set-up, what was asked of them, what they told, and the money they sent on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import not_deleted, state_machine
from billwright.payments.gateway_states import (
    CHARGEBACK,
    GATEWAY,
    GATEWAY_ALARM,
    GATEWAY_EVENT,
    GATEWAY_PAYMENT,
    PAYOUT,
    AlarmKind,
    AlarmState,
    ChargebackState,
    GatewayEventState,
    GatewayPaymentKind,
    GatewayPaymentState,
    GatewayState,
    PayoutState,
)
from billwright.payments.models.bank import BankEntry
from billwright.payments.models.receipts import Payment


class Gateway(models.Model):
    """A payment gateway as one company uses it, in one currency.

    `name` is part of the source of its receipts and never changes. Secrets are sealed and never shown again.
    `webhook_key` is the secret part of the address to which it reports. `bank_account` is where its payouts arrive,
    `settlement_days` after a payment at the latest.
    """

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=30)
    is_simulator = models.BooleanField(default=False)
    base_url = models.CharField(max_length=200, default="")
    currency = models.CharField(max_length=3)
    settings = models.JSONField(default=dict)
    sealed_secrets = models.BinaryField()
    webhook_key = models.CharField(max_length=64, unique=True)
    bank_account = models.ForeignKey("org.OwnBankAccount", on_delete=models.PROTECT, null=True, related_name="+")
    settlement_days = models.SmallIntegerField(default=3)
    state = models.CharField(max_length=9, choices=GatewayState.choices, default=GatewayState.ACTIVE)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "payments_gateway"
        triggers = [state_machine(GATEWAY), not_deleted()]


class GatewayPayment(models.Model):
    """Money that a gateway was asked for. `reference` is ours: the same reference is the same payment there and here.

    `stated` says which open items or documents it is for. `gateway_key` is the gateway's name of the payment,
    `page_key` that of its page. What it became is what the set of its webhooks says, in whatever order they came.
    """

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=6, choices=GatewayPaymentKind.choices)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    stated = models.JSONField(default=list)
    description = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=7, choices=GatewayPaymentState.choices, default=GatewayPaymentState.STARTED)
    gateway_key = models.CharField(max_length=100, default="")
    page_key = models.CharField(max_length=100, default="")
    code = models.CharField(max_length=40, default="")
    network = models.CharField(max_length=20, default="")
    method = models.CharField(max_length=40, default="")
    bank = models.CharField(max_length=80, default="")
    message = models.CharField(max_length=200, default="")
    keep_token_at = models.DateTimeField(null=True, help_text="When the payer agreed that a token is kept; none: not.")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    started_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_gateway_payment"
        indexes = [
            models.Index(fields=["gateway", "-started_at", "-id"], name="gateway_payment_newest"),
            models.Index(fields=["account", "-id"], name="gateway_payment_by_account"),
            models.Index(fields=["gateway", "gateway_key"], name="gateway_payment_by_key"),
        ]
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="gateway_payment_is_positive")]
        triggers = [state_machine(GATEWAY_PAYMENT), not_deleted()]


class GatewayEvent(models.Model):
    """A webhook as it came, sealed, with what it says in our words. The same event is stored once.

    A delivery that cannot be believed has no `event_key`: it may not claim one.
    """

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="+", db_index=False)
    event_key = models.CharField(max_length=140, default="")
    body_hash = models.CharField(max_length=64)
    sealed_body = models.BinaryField()
    sealed_token = models.BinaryField(null=True, help_text="A token to be kept, until it is; only with consent.")
    source_address = models.CharField(max_length=45, default="")
    is_verified = models.BooleanField()
    is_confirmed = models.BooleanField(default=False, help_text="Nobody has to be asked whether it was sent.")
    kind = models.CharField(max_length=20, default="")
    happened_at = models.DateTimeField(null=True)
    payment_key = models.CharField(max_length=100, default="")
    reference = models.CharField(max_length=60, default="")
    object_key = models.CharField(max_length=100, default="")
    currency = models.CharField(max_length=3, default="")
    amount_minor = models.BigIntegerField(null=True)
    asked_minor = models.BigIntegerField(null=True)
    code = models.CharField(max_length=40, default="")
    network = models.CharField(max_length=20, default="")
    method = models.CharField(max_length=40, default="")
    bank = models.CharField(max_length=80, default="")
    message = models.CharField(max_length=200, default="")
    deadline = models.DateField(null=True)
    state = models.CharField(max_length=11, choices=GatewayEventState.choices)
    reason_code = models.CharField(max_length=60, default="")
    reason = models.CharField(max_length=300, default="")
    delivery_count = models.IntegerField(default=1)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_gateway_event"
        indexes = [
            models.Index(fields=["gateway", "-received_at", "-id"], name="gateway_event_newest"),
            models.Index(
                fields=["gateway", "id"],
                name="gateway_event_to_work",
                condition=Q(state__in=[GatewayEventState.RECEIVED, GatewayEventState.WAITING]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "event_key"], condition=~Q(event_key=""), name="gateway_event_once"
            ),
            models.UniqueConstraint(
                fields=["gateway", "body_hash"], condition=Q(event_key=""), name="gateway_refusal_once"
            ),
        ]
        triggers = [state_machine(GATEWAY_EVENT), not_deleted()]


class Payout(models.Model):
    """A sum that a gateway sent to our bank: gross, less refunds, chargebacks and fees, is net.

    `remainder_minor` is what nothing explains: lines that are not known here, lines that do not add up to the net, and
    the difference to the deposit. Fees are booked when it is reported, the deposit when the bank shows it.
    """

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="+", db_index=False)
    payout_key = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField()
    refunds_minor = models.BigIntegerField()
    chargebacks_minor = models.BigIntegerField()
    fees_minor = models.BigIntegerField()
    other_minor = models.BigIntegerField()
    net_minor = models.BigIntegerField()
    deposit_minor = models.BigIntegerField(null=True)
    remainder_minor = models.BigIntegerField(default=0)
    paid_on = models.DateField()
    bank_reference = models.CharField(max_length=140, default="")
    bank_entry = models.OneToOneField(BankEntry, on_delete=models.PROTECT, null=True, related_name="payout")
    fee_entry_id = models.BigIntegerField(null=True)
    deposit_entry_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=11, choices=PayoutState.choices, default=PayoutState.REPORTED)
    owner = models.CharField(max_length=80, default="")
    reason = models.CharField(max_length=300, default="")
    reported_at = models.DateTimeField()
    resolved_by = models.CharField(max_length=80, default="")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_payout"
        indexes = [models.Index(fields=["gateway", "-paid_on", "-id"], name="payout_newest")]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "payout_key"], name="payout_once"),
        ]
        triggers = [state_machine(PAYOUT), not_deleted()]


class PayoutLine(models.Model):
    """One line of a payout. `amount_minor` is signed as it moves the payout, before `fee_minor`."""

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="lines", db_index=False)
    line_key = models.CharField(max_length=100)
    kind = models.CharField(max_length=14)
    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    payment_key = models.CharField(max_length=100, default="")
    object_key = models.CharField(max_length=100, default="")
    happened_on = models.DateField()
    text = models.CharField(max_length=200, default="")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    unexplained_minor = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        db_table = "payments_payout_line"
        constraints = [models.UniqueConstraint(fields=["payout", "line_key"], name="payout_line_once")]
        triggers = [not_deleted()]


class Chargeback(models.Model):
    """A cardholder's bank took money back. Evidence is due by `deadline`; winning brings the money back."""

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="+", db_index=False)
    chargeback_key = models.CharField(max_length=100)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="chargebacks")
    account = models.ForeignKey(
        "accounts.BillingAccount", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    reason_code = models.CharField(max_length=40, default="")
    reason = models.CharField(max_length=200, default="")
    opened_on = models.DateField()
    deadline = models.DateField(null=True)
    state = models.CharField(max_length=9, choices=ChargebackState.choices, default=ChargebackState.OPEN)
    evidence = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    regained_by = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_chargeback"
        indexes = [
            models.Index(fields=["state", "deadline", "id"], name="chargeback_by_deadline"),
            models.Index(fields=["account", "-id"], name="chargeback_by_account"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "chargeback_key"], name="chargeback_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="chargeback_is_positive"),
        ]
        triggers = [state_machine(CHARGEBACK), not_deleted()]


class GatewayAlarm(models.Model):
    """What the watch over a gateway found, with its figures. One stands for the same subject at a time."""

    gateway = models.ForeignKey(Gateway, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=13, choices=AlarmKind.choices)
    subject = models.CharField(max_length=140, default="")
    figures = models.CharField(max_length=300)
    state = models.CharField(max_length=6, choices=AlarmState.choices, default=AlarmState.RAISED)
    raised_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    seen_by = models.CharField(max_length=80, default="")
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_gateway_alarm"
        indexes = [models.Index(fields=["-raised_at", "-id"], name="gateway_alarm_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "kind", "subject"],
                condition=~Q(state=AlarmState.ENDED),
                name="gateway_alarm_stands_once",
            )
        ]
        triggers = [state_machine(GATEWAY_ALARM), not_deleted()]
