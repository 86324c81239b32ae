"""Links by which somebody pays without logging in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import not_deleted, state_machine
from billwright.payments.states import PAYMENT_LINK, PaymentLinkState


class PaymentLink(models.Model):
    """A page that shows the documents of one account to whoever holds its address, and lets them pay.

    Only a hash of the address's secret is kept. `invoice_ids` none: whatever is open of the account.
    `gateway_references` are the payments that were begun from the page.
    """

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey("accounts.BillingAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    token_hash = models.CharField(max_length=64, unique=True)
    invoice_ids = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=PaymentLinkState.choices, default=PaymentLinkState.ACTIVE)
    opened_at = models.DateTimeField(null=True, help_text="The first time.")
    open_count = models.IntegerField(default=0)
    gateway_references = models.JSONField(default=list)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "payments_payment_link"
        indexes = [
            models.Index(fields=["legal_entity", "-id"], name="payment_link_by_entity"),
            models.Index(fields=["account", "-id"], name="payment_link_by_account"),
        ]
        constraints = [models.CheckConstraint(condition=Q(open_count__gte=0), name="payment_link_counts_up")]
        triggers = [state_machine(PAYMENT_LINK), not_deleted()]


class PageVisit(models.Model):
    """How often one address of the web asked for pages without a log-in within one minute.

    `whence` is a keyed hash of the address: nobody is known by it. Rows live for an hour.
    """

    whence = models.CharField(max_length=64)
    minute = models.DateTimeField(db_index=True)
    visit_count = models.IntegerField()

    class Meta:
        db_table = "payments_page_visit"
        constraints = [
            models.UniqueConstraint(fields=["whence", "minute"], name="page_visit_once_a_minute"),
            models.CheckConstraint(condition=Q(visit_count__gt=0), name="page_visit_counts_up"),
        ]
