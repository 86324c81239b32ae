"""Coverage: every day of service that is to be billed is on exactly one line, or there is a recorded reason.

Duplicates and gaps are listed with their money value, over bill runs, invoices by hand and imports (duties H31, H32).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection

from billwright.kernel.money import Money
from billwright.kernel.sql import step

PACKAGE = "billwright.reporting"


class Verdict(StrEnum):
    """What was found of some days of a charge. The first five are faults, the others reasons."""

    GAP = "gap"
    """Billed through, and no line has them."""
    UNBILLED = "unbilled"
    """Due, and no run has billed them yet."""
    DUPLICATE = "duplicate"
    """On more than one line."""
    CREDITED_TWICE = "credited_twice"
    """Credited more often than billed."""
    AFTER_THE_END = "after_the_end"
    """Billed beyond the end of the service: the next run credits them."""
    TRIAL = "trial"
    PAUSE = "pause"
    HOLD = "hold"
    ELSEWHERE = "elsewhere"
    """Another system billed them before."""
    NO_USAGE = "no_usage"
    """Metered, and nothing was used: a line of zero is not written."""
    FREE = "free"
    """The price is zero."""


FAULTS = frozenset({Verdict.GAP, Verdict.UNBILLED, Verdict.DUPLICATE, Verdict.CREDITED_TWICE, Verdict.AFTER_THE_END})


@dataclass(frozen=True, slots=True)
class CoveredDays:
    """Days [starts_on, ends_before) of one charge that are not on exactly one line, and why."""

    verdict: Verdict
    account_id: int
    account: str
    subscription_id: int
    subscription: str
    item_id: int
    charge: str
    starts_on: date
    ends_before: date
    line_count: int
    value: Money

    @property
    def is_fault(self) -> bool:
        return self.verdict in FAULTS

    @property
    def day_count(self) -> int:
        return (self.ends_before - self.starts_on).days


@dataclass(frozen=True, slots=True)
class SameLine:
    """A line by hand or of another system that says the same as another line of its account."""

    account_id: int
    account: str
    number: str
    line_no: int
    other_number: str
    other_line_no: int
    text: str
    service_from: date
    service_to: date
    value: Money


@dataclass(frozen=True, slots=True)
class Coverage:
    """The report: faults, reasons, and lines that look billed twice."""

    as_of: date
    days: tuple[CoveredDays, ...]
    same_lines: tuple[SameLine, ...]

    @property
    def faults(self) -> tuple[CoveredDays, ...]:
        return tuple(one for one in self.days if one.is_fault)

    @property
    def reasons(self) -> tuple[CoveredDays, ...]:
        return tuple(one for one in self.days if not one.is_fault)

    @property
    def ok(self) -> bool:
        return not self.faults and not self.same_lines

    def values(self) -> dict[tuple[Verdict, str], Money]:
        """What each kind of finding comes to, by currency."""
        sums: Counter[tuple[Verdict, str]] = Counter()
        for one in self.days:
            sums[one.verdict, one.value.currency] += one.value.amount_minor
        return {key: Money(amount_minor, key[1]) for key, amount_minor in sorted(sums.items())}


def check_coverage(
    *,
    as_of: date,
    account_ids: Collection[int] | None = None,
    legal_entity_ids: Collection[int] | None = None,
) -> Coverage:
    """Everything that is not on exactly one line as of a day, of some accounts or of all. Two statements."""
    asked = {
        "as_of": as_of,
        "account_ids": sorted(account_ids) if account_ids is not None else None,
        "entity_ids": sorted(legal_entity_ids) if legal_entity_ids is not None else None,
    }
    with connection.cursor() as cursor:
        days = list(step(PACKAGE, "coverage").rows(cursor, asked))
        same = list(step(PACKAGE, "coverage_by_hand").rows(cursor, asked))
    return Coverage(
        as_of=as_of,
        days=tuple(CoveredDays(*(Verdict(row[0]), *row[1:10], Money(row[11], row[10]))) for row in days),
        same_lines=tuple(SameLine(*(*row[:9], Money(row[10], row[9]))) for row in same),
    )
