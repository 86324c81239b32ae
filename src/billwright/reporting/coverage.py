"""Coverage: every day of service that is to be billed is on exactly one line, or there is a recorded reason.

Duplicates and gaps are listed with their money value, over bill runs, invoices by hand and imports (duties H31, H32).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connection, transaction

from billwright.kernel.money import Money
from billwright.kernel.sql import Cursor, step, without_loops

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
    EXPLAINED = "explained"
    """A person recorded why."""


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
    reason: str = ""
    recorded_by: str = ""

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
    invoice_id: int
    reason: str


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
        return not self.faults and all(one.reason for one in self.same_lines)

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
    plan_ids: Collection[int] | None = None,
    since: date | None = None,
) -> Coverage:
    """Everything that is not on exactly one line as of a day, of some accounts or of all. Two statements.

    `since`: only what reaches beyond that day.
    """
    asked = _asked(as_of, account_ids, legal_entity_ids, plan_ids, since)
    with transaction.atomic(), connection.cursor() as cursor:
        with _suited(cursor, asked):
            days = list(step(PACKAGE, "coverage").rows(cursor, asked))
        same = list(step(PACKAGE, "coverage_by_hand").rows(cursor, asked))
    return Coverage(
        as_of=as_of,
        days=tuple(_days(row) for row in days),
        same_lines=tuple(_same(row) for row in same),
    )


def _asked(
    as_of: date,
    account_ids: Collection[int] | None,
    legal_entity_ids: Collection[int] | None,
    plan_ids: Collection[int] | None,
    since: date | None,
) -> dict[str, Any]:
    return {
        "as_of": as_of,
        "account_ids": sorted(account_ids) if account_ids is not None else None,
        "entity_ids": sorted(legal_entity_ids) if legal_entity_ids is not None else None,
        "plan_ids": sorted(plan_ids) if plan_ids is not None else None,
        "since": since,
    }


def _days(row: Sequence[Any]) -> CoveredDays:
    return CoveredDays(*(Verdict(row[0]), *row[1:10], Money(row[11], row[10]), *row[12:14]))


def _same(row: Sequence[Any]) -> SameLine:
    return SameLine(*(*row[:9], Money(row[10], row[9]), *row[11:]))


@dataclass(frozen=True, slots=True)
class CoverageSum:
    """What one verdict comes to in a currency."""

    verdict: Verdict
    currency: str
    count: int
    account_count: int
    day_count: int
    value: Money

    @property
    def is_fault(self) -> bool:
        """Whether it is a fault rather than a reason."""
        return self.verdict in FAULTS


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """One page of what is not on exactly one line, and what all of it comes to."""

    as_of: date
    sums: tuple[CoverageSum, ...]
    days: tuple[CoveredDays, ...]
    same_lines: tuple[SameLine, ...]


Place = tuple[int, int, date]


def coverage_page(
    *,
    as_of: date,
    account_ids: Collection[int] | None = None,
    legal_entity_ids: Collection[int] | None = None,
    plan_ids: Collection[int] | None = None,
    since: date | None = None,
    verdicts: Collection[Verdict] = FAULTS,
    after: Place | None = None,
    limit: int = 100,
) -> CoveragePage:
    """The sums of everything, and the rows with some verdicts after a place (account, item, first day).

    The book is gone through once; only the page leaves the database.
    """
    asked = _asked(as_of, account_ids, legal_entity_ids, plan_ids, since)
    with transaction.atomic(), connection.cursor() as cursor:
        _find_all(cursor, asked)
        sums = _sums(cursor)
        days = _days_after(cursor, verdicts=verdicts, after=after, limit=limit)
        same = list(step(PACKAGE, "coverage_by_hand").rows(cursor, asked)) if after is None else []
    return CoveragePage(as_of=as_of, sums=sums, days=days, same_lines=tuple(_same(row) for row in same))


def _find_all(cursor: Cursor, asked: Mapping[str, Any]) -> None:
    """Go through the book once, into a table of this transaction."""
    cursor.execute("drop table if exists run_coverage")
    with _suited(cursor, asked):
        cursor.execute(f"create temp table run_coverage on commit drop as {step(PACKAGE, 'coverage').body}", asked)


def _suited(cursor: Cursor, asked: Mapping[str, Any]) -> AbstractContextManager[None]:
    """How joins go: over a whole book by hashes, for a few accounts as the planner likes."""
    return without_loops(cursor) if asked["account_ids"] is None else nullcontext()


def _sums(cursor: Cursor) -> tuple[CoverageSum, ...]:
    cursor.execute(
        "select c.verdict, c.currency, count(*), count(distinct c.account_id),"
        " sum(c.ends_before - c.starts_on)::bigint, sum(c.value_minor)::bigint"
        " from run_coverage as c group by c.verdict, c.currency order by c.verdict, c.currency"
    )
    return tuple(CoverageSum(*(Verdict(row[0]), *row[1:5], Money(row[5], row[1]))) for row in cursor.fetchall())


def _days_after(
    cursor: Cursor, *, verdicts: Collection[Verdict], after: Place | None, limit: int
) -> tuple[CoveredDays, ...]:
    account_id, item_id, day = after or (0, 0, None)
    cursor.execute(
        "select c.* from run_coverage as c where c.verdict = any(%(verdicts)s)"
        " and (%(day)s::date is null or (c.account_id, c.item_id, c.starts_on)"
        " > (%(account_id)s, %(item_id)s, %(day)s)) order by c.account_id, c.item_id, c.starts_on limit %(limit)s",
        {
            "verdicts": [str(one) for one in verdicts],
            "account_id": account_id,
            "item_id": item_id,
            "day": day,
            "limit": limit,
        },
    )
    return tuple(_days(row) for row in cursor.fetchall())


def count_uncovered(account_ids: Collection[int], as_of: date) -> int:
    """How many stretches of service of some accounts are not on exactly one line, and have no reason for it."""
    return len(check_coverage(as_of=as_of, account_ids=account_ids).faults)
