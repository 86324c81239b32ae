"""Money paid in advance."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billwright.kernel.triggers import append_only, not_deleted
from billwright.receivables.models.cash import UnallocatedCash
from billwright.receivables.states import WalletMove


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
