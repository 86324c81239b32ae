"""Monthly recurring revenue at each month's end, and how it moved from one to the next. Reads only.

The monthly value of a recurring item is its price for its quantity, over the months of its period; of a period of days,
times 365.25 / 12. Usage, one-off charges and trials are none of it; percentages agreed without an end are taken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.periods import add_months
from billwright.kernel.sql import Cursor, step, without_loops
from billwright.kernel.working_tables import empty_working_tables, make_working_tables

PACKAGE = "billwright.reporting"
MONTHS_MAX = 60
UNITS_SHOWN_MAX = 500
_TABLES = {
    "mrr_value": """legal_entity_id bigint, currency text, unit_id bigint, ends_on date, amount_minor bigint,
        begun_on date""",
    "mrr_unit": """legal_entity_id bigint, currency text, unit_id bigint, ends_on date, opening_minor bigint,
        closing_minor bigint, movement text""",
}


class Unit(StrEnum):
    """Whose movements: of each subscription, or of each account with all of its subscriptions."""

    SUBSCRIPTION = "subscription"
    ACCOUNT = "account"


class Movement(StrEnum):
    """What the difference between two month ends is called."""

    NEW = "new"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    REACTIVATION = "reactivation"


@dataclass(frozen=True, slots=True, kw_only=True)
class MrrQuestion:
    """Of which companies, from which month to which (any day of each, both included), and by which unit."""

    legal_entity_ids: tuple[int, ...]
    first: date
    last: date
    by: Unit = Unit.SUBSCRIPTION

    def parameters(self) -> dict[str, Any]:
        """Raises Refusal `mrr.months` for months out of order or more than sixty."""
        first, last = self.first.replace(day=1), self.last.replace(day=1)
        if last < first or add_months(first, MONTHS_MAX) <= last:
            raise Refusal(
                "mrr.months", _("These months are out of order or too many."), field="first",
                cure=_("Ask for at most %(count)s months, the first before the last.") % {"count": MONTHS_MAX},
            )  # fmt: skip
        return {"legal_entity_ids": list(self.legal_entity_ids), "first": first, "last": last, "by": str(self.by)}


@dataclass(frozen=True, slots=True)
class MrrMonth:
    """A month of one company and currency: opening + new + expansion + contraction + churn + reactivation = closing.

    Contraction and churn are negative. `unit_count` brings something at its end, `churned_count` no longer does.
    """

    legal_entity_id: int
    currency: str
    month: date
    opening: Money
    new: Money
    expansion: Money
    contraction: Money
    churn: Money
    reactivation: Money
    closing: Money
    unit_count: int
    churned_count: int


@dataclass(frozen=True, slots=True)
class MrrUnit:
    """One subscription or account and how it moved in a month; `movement` is empty where it did not."""

    legal_entity_id: int
    account_id: int
    account_number: str
    subscription_id: int | None
    name: str
    movement: str
    opening: Money
    closing: Money

    @property
    def change(self) -> Money:
        return self.closing - self.opening


@contextmanager
def _reckoned(parameters: Mapping[str, Any]) -> Iterator[Cursor]:
    """Go through the book once, into tables of this transaction; what is read of them is asked within."""
    with transaction.atomic(), connection.cursor() as cursor:
        make_working_tables(_TABLES)
        empty_working_tables(_TABLES)
        with without_loops(cursor):
            for name in ("mrr_values", "mrr_units"):
                found = step(PACKAGE, name)
                found.run(cursor, parameters)
                cursor.execute(f"analyze {found.uses[0]}")
        yield cursor


def mrr_report(
    question: MrrQuestion, *, movement: Movement | None = None, limit: int | None = None
) -> tuple[list[MrrMonth], list[MrrUnit]]:
    """What `mrr_months` and `mrr_units` answer, all units without a limit; the book is gone through once for both.

    Raises what the question raises.
    """
    with _reckoned(question.parameters()) as cursor:
        return _months(cursor), _units(cursor, question, movement, limit=limit)


def mrr_months(question: MrrQuestion) -> list[MrrMonth]:
    """Each month of each company and currency, the oldest first. Raises what the question raises."""
    with _reckoned(question.parameters()) as cursor:
        return _months(cursor)


def mrr_units(question: MrrQuestion, *, movement: Movement | None = None) -> list[MrrUnit]:
    """The units behind the last month of a question, the largest change first; of one movement if given.

    UNITS_SHOWN_MAX at most. Raises what the question raises.
    """
    parameters = question.parameters()
    with _reckoned(parameters | {"first": parameters["last"]}) as cursor:
        return _units(cursor, question, movement, limit=UNITS_SHOWN_MAX)


def _months(cursor: Cursor) -> list[MrrMonth]:
    found = [_month(row) for row in step(PACKAGE, "mrr_months").rows(cursor, {})]
    for one in found:
        moved = one.new + one.expansion + one.contraction + one.churn + one.reactivation
        assert one.opening + moved == one.closing, "movements explain the change"
    return found


def _month(row: Sequence[Any]) -> MrrMonth:
    entity, currency, ends_on, opening, new, expansion, contraction, churn, reactivation, closing, count, gone = row
    return MrrMonth(
        legal_entity_id=entity,
        currency=currency,
        month=ends_on.replace(day=1),
        opening=Money(opening, currency),
        new=Money(new, currency),
        expansion=Money(expansion, currency),
        contraction=Money(contraction, currency),
        churn=Money(churn, currency),
        reactivation=Money(reactivation, currency),
        closing=Money(closing, currency),
        unit_count=count,
        churned_count=gone,
    )


def _units(cursor: Cursor, question: MrrQuestion, movement: Movement | None, *, limit: int | None) -> list[MrrUnit]:
    ends_on = add_months(question.last.replace(day=1), 1) - timedelta(days=1)
    asked = {"ends_on": ends_on, "movement": str(movement or ""), "by": str(question.by), "limit": limit}
    rows = step(PACKAGE, "mrr_list").rows(cursor, asked)
    return [
        MrrUnit(
            entity, account_id, number, subscription_id, name, moved, Money(opening, currency), Money(closing, currency)
        )
        for entity, account_id, number, subscription_id, name, moved, currency, opening, closing in rows
    ]
