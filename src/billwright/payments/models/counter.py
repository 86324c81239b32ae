"""Tables of the counter: which methods a company accepts, cheques and their deposit slips, and the cash desk."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.payments.counter_states import (
    CASH_SESSION,
    CHEQUE,
    DEPOSIT_SLIP,
    CashSessionState,
    ChequeState,
    DepositSlipState,
)
from billwright.payments.models.receipts import Payment


class AcceptedMethod(models.Model):
    """Whether a company takes a method of payment, from a day on: the latest written row of the latest day counts.

    `fee_minor` is charged as `fee_product` when money of this method comes back.
    """

    append_only = True

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=40, help_text="The method's name among those of this installation.")
    is_accepted = models.BooleanField()
    currency = models.CharField(max_length=3)
    fee_minor = models.BigIntegerField(null=True)
    fee_product = models.CharField(max_length=40, default="")
    valid_from = models.DateField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_accepted_method"
        indexes = [models.Index(fields=["legal_entity", "code", "-valid_from", "-id"], name="accepted_method_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_minor=None) | (Q(fee_minor__gt=0) & ~Q(fee_product="")),
                name="accepted_method_fee_is_whole",
            )
        ]
        triggers = [append_only()]


class DepositSlip(models.Model):
    """Cheques and cash that went to the bank together; cleared when the bank has credited the sum."""

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    bank_account = models.ForeignKey("org.OwnBankAccount", on_delete=models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)
    deposited_on = models.DateField()
    cash_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=9, choices=DepositSlipState.choices, default=DepositSlipState.DEPOSITED)
    cleared_on = models.DateField(null=True)
    cleared_minor = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "payments_deposit_slip"
        indexes = [models.Index(fields=["legal_entity", "-id"], name="deposit_slip_by_entity")]
        constraints = [models.CheckConstraint(condition=Q(cash_minor__gte=0), name="deposit_slip_cash_not_negative")]
        triggers = [state_machine(DEPOSIT_SLIP), not_deleted()]


class Cheque(models.Model):
    """A cheque that we took: its receipt stands in the books at once, the money only once it has cleared."""

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="cheque")
    number = models.CharField(max_length=30)
    bank_name = models.CharField(max_length=120)
    drawer = models.CharField(max_length=200)
    drawn_on = models.DateField(help_text="The date on the cheque.")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    slip = models.ForeignKey(DepositSlip, on_delete=models.PROTECT, null=True, related_name="cheques")
    state = models.CharField(max_length=9, choices=ChequeState.choices, default=ChequeState.RECEIVED)
    returned_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, default="")
    fee_minor = models.BigIntegerField(null=True)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_cheque"
        indexes = [
            models.Index(fields=["legal_entity", "state", "-id"], name="cheque_by_state"),
            models.Index(fields=["account", "-id"], name="cheque_by_account"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="cheque_is_positive"),
            models.CheckConstraint(
                condition=Q(state__in=[ChequeState.RECEIVED, ChequeState.RETURNED]) | Q(slip__isnull=False),
                name="cheque_deposited_on_a_slip",
            ),
        ]
        triggers = [state_machine(CHEQUE), not_deleted()]


class CashSession(models.Model):
    """A cash desk from its opening to its count. Its receipts name it as their source: `cash:ID`."""

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    desk = models.CharField(max_length=60)
    currency = models.CharField(max_length=3)
    float_minor = models.BigIntegerField(help_text="What lay in the drawer at the opening.")
    state = models.CharField(max_length=6, choices=CashSessionState.choices, default=CashSessionState.OPEN)
    expected_minor = models.BigIntegerField(null=True)
    counted_minor = models.BigIntegerField(null=True)
    difference_minor = models.BigIntegerField(null=True)
    entry_id = models.BigIntegerField(null=True, help_text="Of the difference, where there was one.")
    slip = models.OneToOneField(DepositSlip, on_delete=models.PROTECT, null=True, related_name="cash_session")
    note = models.CharField(max_length=200, default="")
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=80, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_cash_session"
        constraints = [
            models.UniqueConstraint(
                fields=["legal_entity", "desk"],
                condition=Q(state=CashSessionState.OPEN),
                name="cash_desk_open_once",
            ),
            models.CheckConstraint(condition=Q(float_minor__gte=0), name="cash_float_not_negative"),
        ]
        triggers = [state_machine(CASH_SESSION), not_deleted()]
