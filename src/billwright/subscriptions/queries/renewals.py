"""Reads of what renews: periods in advance that begin soon, the plan of an item, where the period that runs ends."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from billwright.kernel import sql
from billwright.kernel.money import Money
from billwright.subscriptions.models import SubscriptionItem
from billwright.subscriptions.queries.listing import PACKAGE, item_facts, period_end


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """The plan that an item charges for, and the day before which it ends."""

    item_id: int
    plan_id: int
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class AheadRow:
    """A period in advance that begins soon where service goes on, with the day on which a run invoices it.

    `id` is that of its item; the amount is before discount and tax, none where the price has parts.
    """

    id: int
    account_id: int
    subscription_id: int
    subscription_number: str
    plan_code: str
    plan_name: str
    charge_name: str
    renews_on: date
    service_to: date
    invoice_on: date
    is_invoiced: bool
    currency: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class AheadTotal:
    """How many renewals there are in a currency, and what those with a known amount come to."""

    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class AheadPage:
    """Renewals in the order of their days, with the totals of all that were asked for."""

    rows: tuple[AheadRow, ...]
    totals: tuple[AheadTotal, ...]


def renewals_ahead(
    *,
    since: date,
    until: date,
    account_ids: Collection[int] | None = None,
    legal_entity_ids: Collection[int] | None = None,
    subscription_id: int | None = None,
    plan_code: str = "",
    is_invoiced: bool | None = None,
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> AheadPage:
    """Renewals from a day until another (exclusive), in the order of their days.

    Page on with `after` = (renews_on, id) of the last row.
    """
    parameters = {
        "since": since,
        "until": until,
        "account_ids": None if account_ids is None else list(account_ids),
        "legal_entity_ids": None if legal_entity_ids is None else list(legal_entity_ids),
        "subscription_id": subscription_id,
        "plan_code": plan_code,
        "is_invoiced": is_invoiced,
        "after_day": after[0] if after else None,
        "after_id": after[1] if after else 0,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        found = sql.step(PACKAGE, "renewals_ahead").rows(cursor, parameters)
    # JSON comes as text: the cursor of Django does not read it.
    totals: dict[str, list[int]] = json.loads(found[0][-1]) if found else {}
    known = sorted(totals.items())
    return AheadPage(
        rows=tuple(_ahead(row) for row in found),
        totals=tuple(AheadTotal(count, Money(amount_minor, currency)) for currency, (count, amount_minor) in known),
    )


def _ahead(row: tuple[Any, ...]) -> AheadRow:
    *facts, currency, amount_minor, _ = row
    amount = None if amount_minor is None else Money(amount_minor, currency)
    return AheadRow(*(*facts, currency, amount))


def item_plans(item_ids: Collection[int]) -> dict[int, ItemPlan]:
    """The plan of each item."""
    rows = SubscriptionItem.objects.filter(id__in=item_ids).values_list("id", "plan_charge__plan_id", "effective_to")
    return {row[0]: ItemPlan(*row) for row in rows}


def running_period_end(subscription_id: int, day: date) -> date:
    """The end of the period that runs on a day, the longest of the charges; the day itself when none runs."""
    grids = [
        item.grid_id
        for item in item_facts([subscription_id])
        if item.grid_id
        and not item.is_empty
        and item.effective_from <= day
        and (item.effective_to is None or item.effective_to > day)
    ]
    return period_end(grids, day) or day
