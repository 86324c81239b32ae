"""Orders to send money back: what was asked, who agreed, how it went. The money fact is the refund itself."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import not_deleted, state_machine
from billwright.payments.models.receipts import Payment, Refund
from billwright.payments.states import REFUND_ORDER, RefundOrderState, RefundRoute


class RefundOrder(models.Model):
    """A request to send money back out of one piece of cash or one credit note, and what became of it.

    `cash_id` and `credit_item_id` name the source in receivables. `end_to_end` goes with the money and is never used
    twice. Where it goes is sealed under the customer's key; `destination_hash` finds the same bank account again.
    `refund` is made when it is sent; `came_back` is the receipt by which a failed one is with us again.
    """

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="refund_orders")
    cash_id = models.BigIntegerField(null=True)
    credit_item_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    route = models.CharField(max_length=12, choices=RefundRoute.choices)
    sealed_for = models.CharField(max_length=80, default="")
    sealed = models.BinaryField(default=b"")
    destination_hash = models.CharField(max_length=64, default="")
    destination_label = models.CharField(max_length=60, default="", help_text="Masked: the last four digits.")
    reason = models.CharField(max_length=200)
    end_to_end = models.CharField(max_length=35, unique=True)
    state = models.CharField(max_length=9, choices=RefundOrderState.choices, default=RefundOrderState.REQUESTED)
    note = models.CharField(max_length=200, default="", help_text="Why it failed or was taken back.")
    reference = models.CharField(max_length=140, default="", help_text="Of the bank or the gateway.")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, null=True, related_name="order")
    came_back = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="came_back_of")
    sent_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    proof_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, default="")
    approved_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=80, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_refund_order"
        indexes = [
            models.Index(fields=["legal_entity", "-id"], name="refund_order_by_entity"),
            models.Index(fields=["account", "-id"], name="refund_order_by_account"),
            models.Index(fields=["destination_hash"], name="refund_order_by_place", condition=~Q(destination_hash="")),
            # What is asked for and not yet sent is spoken for: the next order gets only the rest.
            models.Index(
                fields=["cash_id"],
                name="refund_order_on_cash",
                condition=Q(state__in=[RefundOrderState.REQUESTED, RefundOrderState.APPROVED]),
            ),
            models.Index(
                fields=["credit_item_id"],
                name="refund_order_on_credit",
                condition=Q(state__in=[RefundOrderState.REQUESTED, RefundOrderState.APPROVED]),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_order_is_positive"),
            models.CheckConstraint(
                condition=Q(cash_id=None, credit_item_id__isnull=False) | Q(cash_id__isnull=False, credit_item_id=None),
                name="refund_order_has_one_source",
            ),
            # Nothing leaves unless one person asked and somebody agreed; money that left has its refund.
            models.CheckConstraint(
                condition=Q(state__in=[RefundOrderState.REQUESTED, RefundOrderState.CANCELED])
                | (Q(approved_at__isnull=False) & ~Q(approved_by="")),
                name="refund_order_is_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RefundOrderState.SENT, RefundOrderState.DONE]) | Q(refund__isnull=False),
                name="refund_order_sent_has_refund",
            ),
        ]
        triggers = [state_machine(REFUND_ORDER), not_deleted()]
