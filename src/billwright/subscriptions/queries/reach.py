"""Whom a price of the catalog would reach."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from billwright.kernel import sql


class ReachedItem(NamedTuple):
    """A running item that would take a price, from `begins` on, with how far it is billed.

    A tuple, as a change may reach a hundred thousand of them at once.
    """

    item_id: int
    subscription_id: int
    subscription_number: str
    account_id: int
    account_number: str
    customer_name: str
    price_id: int
    quantity: Decimal
    share_percent: Decimal
    begins: date
    effective_to: date | None
    billed_through: date


def reached_by_price(
    *, plan_charge_id: int, currency: str, valid_from: date, scope: str = "", limit: int | None = None
) -> list[ReachedItem]:
    """The items that `change_price` would move, in one query: those whose most special price it becomes."""
    kind, _, subject = scope.partition(":")
    wanted = {
        "plan_charge_id": plan_charge_id,
        "currency": currency,
        "valid_from": valid_from,
        "kind": kind,
        "subject": subject,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        rows = sql.step("billwright.subscriptions", "price_reach").rows(cursor, wanted)
    return [ReachedItem._make(row) for row in rows]
