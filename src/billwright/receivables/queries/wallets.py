"""Reads of prepaid money: lots with what is left of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from billwright.kernel.money import Money
from billwright.receivables.models import WalletLot


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletLotRow:
    """Prepaid money of an account; it expires on `expires_on`, or never."""

    wallet_lot_id: int
    account_id: int
    amount: Money
    left: Money
    bought_on: date
    expires_on: date | None
    payment_id: int
    recorded_by: str
    recorded_at: datetime


def lot_row(lot: WalletLot) -> WalletLotRow:
    """The frozen row; needs `cash` selected, or fetches it."""
    return WalletLotRow(
        wallet_lot_id=lot.pk,
        account_id=lot.account_id,
        amount=Money(lot.amount_minor, lot.currency),
        left=Money(lot.open_minor, lot.currency),
        bought_on=lot.bought_on,
        expires_on=lot.expires_on,
        payment_id=lot.cash.payment_id,
        recorded_by=lot.recorded_by,
        recorded_at=lot.recorded_at,
    )


def list_wallet(account_id: int, *, left_only: bool = True) -> list[WalletLotRow]:
    """The lots of an account in the order in which bill runs draw them: the earliest expiring first."""
    lots = WalletLot.objects.filter(account_id=account_id).select_related("cash")
    if left_only:
        lots = lots.filter(open_minor__gt=0)
    return [lot_row(lot) for lot in lots.order_by(F("expires_on").asc(nulls_last=True), "id")]
