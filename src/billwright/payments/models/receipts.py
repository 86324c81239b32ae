"""Tables of money received, taken back and sent back."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from billwright.kernel.triggers import append_only, not_deleted, state_machine
from billwright.payments.states import PAYMENT, PaymentMethod, PaymentState, ReturnKind


class Payment(models.Model):
    """One receipt of money: who paid how much, when and how. Facts do not change; only the state moves.

    `account` is the payer's account (none: not yet known, posted to suspense). `source` and `source_key` identify
    it where it came from, so that it is recorded once. `value_date` is the bank's, `accounting_date` ours.
    """

    number = models.CharField(max_length=40, default="")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(
        "accounts.BillingAccount", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    method = models.CharField(max_length=14, choices=PaymentMethod.choices)
    reference = models.CharField(max_length=140, default="")
    text = models.CharField(max_length=400, default="")
    payer_name = models.CharField(max_length=200, default="", help_text="Who paid, where it is not the customer.")
    value_date = models.DateField()
    accounting_date = models.DateField()
    bank_account = models.ForeignKey("org.OwnBankAccount", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=PaymentState.choices, default=PaymentState.RECEIVED)
    entry_id = models.BigIntegerField()
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=140)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_payment"
        indexes = [
            models.Index(fields=["account", "-value_date", "-id"], name="payment_by_account"),
            models.Index(fields=["legal_entity", "-value_date", "-id"], name="payment_by_entity"),
            # The list over all companies.
            models.Index(fields=["-value_date", "-id"], name="payment_by_day"),
            models.Index(fields=["reference"], name="payment_by_reference", condition=~Q(reference="")),
            # What the list and the search are asked for: the beginning of a number or reference in any case, and the
            # beginnings of words of the payer's name.
            models.Index(OpClass(Upper("number"), "text_pattern_ops"), name="payment_by_number_typed"),
            models.Index(
                OpClass(Upper("reference"), "text_pattern_ops"),
                name="payment_by_reference_typed",
                condition=~Q(reference=""),
            ),
            GinIndex(SearchVector("payer_name", config="simple"), name="payment_by_payer", condition=~Q(payer_name="")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="payment_recorded_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
        ]
        triggers = [state_machine(PAYMENT), not_deleted()]


class PaymentReturn(models.Model):
    """The undoing of a receipt: the bank took it back, or it was recorded wrongly."""

    append_only = True

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="undoing")
    kind = models.CharField(max_length=16, choices=ReturnKind.choices)
    reason_code = models.CharField(max_length=20, default="")
    reason = models.CharField(max_length=200)
    value_date = models.DateField()
    accounting_date = models.DateField()
    entry_id = models.BigIntegerField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_return"
        triggers = [append_only()]


class Refund(models.Model):
    """Money sent back to a customer, out of unallocated cash or an unapplied credit note."""

    append_only = True

    number = models.CharField(max_length=40, default="")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="refunds")
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    method = models.CharField(max_length=14, choices=PaymentMethod.choices)
    reference = models.CharField(max_length=140, default="")
    value_date = models.DateField()
    accounting_date = models.DateField()
    entry_id = models.BigIntegerField()
    reason = models.CharField(max_length=200)
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "payments_refund"
        indexes = [models.Index(fields=["account", "-value_date", "-id"], name="refund_by_account")]
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_is_positive")]
        triggers = [append_only()]
