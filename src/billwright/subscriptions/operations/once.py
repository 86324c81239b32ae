"""Charges of a plan that do not recur: handed out once, to be billed as pending charges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from billwright.kernel import sql


@dataclass(frozen=True, slots=True)
class OnceItem:
    """A one-time charge that has become due: quantity x unit price in major units."""

    account_id: int
    payer_id: int
    subscription_id: int
    product_id: int
    name: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    currency: str
    effective_from: date


def claim_once_items(*, as_of: date) -> list[OnceItem]:
    """Take every one-time charge that starts by a day and was not taken before; a second call takes none."""
    with connection.cursor() as cursor:
        rows = sql.step("billwright.subscriptions", "claim_once_items").rows(cursor, {"as_of": as_of})
    return [OnceItem(*row) for row in rows]
