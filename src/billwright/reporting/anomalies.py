"""Subscriptions that look wrong: in service without a price, free, silent, billed twice or beyond their end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection

from billwright.kernel import sql
from billwright.kernel.money import Money

PACKAGE = "billwright.reporting"
SILENT_DAYS = 35
LISTED_MAX = 1000


class AnomalyKind(StrEnum):
    """What looks wrong."""

    NO_PRICE = "NO_PRICE"
    """In service, and no item bills it."""
    FREE = "FREE"
    """Nothing it runs on has a price, and no trial explains that."""
    SILENT = "SILENT"
    """It is metered, and no usage has come for weeks."""
    TWICE = "TWICE"
    """Two lines bill the same days of one charge, and neither was credited."""
    ENDED = "ENDED"
    """A line bills days after its end, and was not credited."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One finding: since which day, and the net of the line that should not stand (where there is one)."""

    kind: AnomalyKind
    subscription_id: int
    subscription: str
    account_id: int
    account: str
    legal_entity_id: int
    since: date
    amount: Money | None


def find_anomalies(
    *, as_of: date, legal_entity_ids: Collection[int] | None = None, limit: int | None = LISTED_MAX
) -> list[Anomaly]:
    """What looks wrong on a day, by kind and subscription; all findings without a limit."""
    with connection.cursor() as cursor:
        rows = sql.step(PACKAGE, "find_anomalies").rows(
            cursor,
            {
                "as_of": as_of,
                "legal_entity_ids": list(legal_entity_ids) if legal_entity_ids is not None else None,
                "silent_days": SILENT_DAYS,
                "limit": limit,
            },
        )
    return [
        Anomaly(
            kind=AnomalyKind(row[0]),
            subscription_id=row[1],
            subscription=row[2],
            account_id=row[3],
            account=row[4],
            legal_entity_id=row[5],
            since=row[6],
            amount=Money(row[7], row[8]) if row[7] is not None else None,
        )
        for row in rows
    ]
