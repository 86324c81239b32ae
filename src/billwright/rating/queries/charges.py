"""Reads of pending charges."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.rating.models import PendingCharge


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A one-off, adjustment or true-up that waits for a bill run, or did."""

    id: int
    account_id: int
    payer_id: int
    subscription_id: int | None
    kind: str
    state: str
    product_id: int
    text: str
    quantity: Decimal
    unit_price: Decimal
    amount: Money
    service_from: date
    service_to: date
    bill_from: date
    reason: str
    entered_by: str
    entered_at: datetime
    approved_by: str
    approved_at: datetime | None
    run_id: int | None


def charge_row(charge: PendingCharge) -> ChargeRow:
    fields = [field for field in ChargeRow.__dataclass_fields__ if field != "amount"]
    amount = Money(charge.amount_minor, charge.currency)
    return ChargeRow(**{field: getattr(charge, field) for field in fields}, amount=amount)


def not_found() -> NotFound:
    return NotFound("charge.not_found", _("There is no such charge."), field="charge_id")


def get_charge(charge_id: int) -> ChargeRow:
    """One pending charge. Raises NotFound."""
    charge = PendingCharge.objects.filter(id=charge_id).first()
    if charge is None:
        raise not_found()
    return charge_row(charge)


def list_charges(
    *,
    account_id: int | None = None,
    subscription_id: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    states: Collection[str] = (),
    before_id: int | None = None,
    limit: int = 50,
) -> list[ChargeRow]:
    """Charges, the newest first, a page of `limit` before a key."""
    found = PendingCharge.objects.all()
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if subscription_id is not None:
        found = found.filter(subscription_id=subscription_id)
    if legal_entity_ids is not None:
        found = found.filter(account__legal_entity_id__in=legal_entity_ids)
    if states:
        found = found.filter(state__in=states)
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return [charge_row(charge) for charge in found.order_by("-id")[:limit]]
