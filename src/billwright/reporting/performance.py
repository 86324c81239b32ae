"""Billing performance: what was invoiced, how much was right at once, why the rest was not, and what to look at first.

Accuracy is the share of invoices that no later document corrects for a fault of ours, by count and by value (duty D14).
Every figure stands on corrections that are listed; recommendations name theirs (duty S12).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.periods import add_months
from billwright.kernel.sql import step
from billwright.reporting.coverage import CoverageSum, Verdict, coverage_page

PACKAGE = "billwright.reporting"
MONTHS_MAX = 60
# Corrections for these reasons mean that the invoice was wrong; the others follow from what happened afterwards.
FAULT_REASONS = frozenset({"BILLING_ERROR", "PRICE", "QUANTITY", "TAX", "DISPUTE"})
CASES_NAMED = 3
_ADVICE_MIN_SHARE = Decimal("0.002")


@dataclass(frozen=True, slots=True)
class PerformanceMonth:
    """A month of a company and currency. Amounts net, in minor units of the currency."""

    legal_entity_id: int
    entity: str
    currency: str
    month: date
    invoice_count: int
    net: Money
    corrected_count: int
    fault_count: int
    fault: Money

    @property
    def accuracy(self) -> Decimal:
        """The share of invoices that were right at once, of one."""
        return Decimal(self.invoice_count - self.fault_count) / self.invoice_count

    @property
    def value_accuracy(self) -> Decimal | None:
        """The share of the invoiced net that was right at once; none where nothing was owed."""
        if self.net.amount_minor <= 0:
            return None
        return 1 - Decimal(self.fault.amount_minor) / self.net.amount_minor


@dataclass(frozen=True, slots=True)
class CorrectionCase:
    """A correction of an invoice: the case behind a figure."""

    correction_id: int
    correction: str
    corrected_on: date
    kind: str
    reason_code: str
    reason: str
    net: Money
    invoice_id: int
    invoice: str
    document_date: date
    account_id: int
    account: str

    @property
    def is_fault(self) -> bool:
        """Whether the invoice was wrong."""
        return self.reason_code in FAULT_REASONS


@dataclass(frozen=True, slots=True)
class CauseSum:
    """Why invoices were corrected: how many, and how much, in one currency."""

    reason_code: str
    currency: str
    invoice_count: int
    net: Money
    is_fault: bool


@dataclass(frozen=True, slots=True)
class ProductMonth:
    """What a product brought in a month, on balance."""

    currency: str
    product: str
    month: date
    invoice_count: int
    net: Money


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What to look at, and the documents that say so. `key` names the kind of advice."""

    key: str
    says: str
    invoices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Performance:
    """The report."""

    first: date
    last: date
    months: tuple[PerformanceMonth, ...]
    causes: tuple[CauseSum, ...]
    products: tuple[ProductMonth, ...]
    unbilled: tuple[CoverageSum, ...]
    cases: tuple[CorrectionCase, ...]
    recommendations: tuple[Recommendation, ...]


def billing_performance(*, legal_entity_ids: Collection[int], first: date, last: date, known_on: date) -> Performance:
    """Months from that of `first` to that of `last`, with corrections up to `known_on`; unbilled as of that day.

    Raises Refusal `performance.months`.
    """
    begins, before = first.replace(day=1), add_months(last.replace(day=1), 1)
    if begins >= before or (before.year - begins.year) * 12 + before.month - begins.month > MONTHS_MAX:
        raise Refusal("performance.months", _("Ask for one to %(max)d months.") % {"max": MONTHS_MAX}, field="first")
    asked = {
        "first": begins, "before": before, "entity_ids": sorted(legal_entity_ids), "faults": sorted(FAULT_REASONS),
        "known_on": known_on,
    }  # fmt: skip
    with connection.cursor() as cursor:
        months = tuple(
            PerformanceMonth(*(*row[:5], Money(row[5], row[2]), *row[6:8], Money(row[8], row[2])))
            for row in step(PACKAGE, "performance_months").rows(cursor, asked)
        )
        products = tuple(
            ProductMonth(*(*row[:4], Money(row[4], row[0])))
            for row in step(PACKAGE, "performance_products").rows(cursor, asked)
        )
        cases = tuple(
            CorrectionCase(*(*row[:6], Money(row[6], row[7]), *row[8:]))
            for row in step(PACKAGE, "performance_cases").rows(cursor, asked)
        )
    sums = coverage_page(as_of=known_on, legal_entity_ids=legal_entity_ids, limit=0).sums
    unbilled = tuple(one for one in sums if one.verdict in (Verdict.UNBILLED, Verdict.GAP))
    causes = tuple(_causes(cases))
    advice = tuple(_advice(months, causes, cases, unbilled))
    return Performance(begins, last, months, causes, products, unbilled, cases, advice)


def _causes(cases: tuple[CorrectionCase, ...]) -> Iterator[CauseSum]:
    """By reason, what is wrong first, then the largest."""
    keys = {(case.reason_code, case.net.currency) for case in cases}
    found = []
    for code, currency in keys:
        own = [case for case in cases if (case.reason_code, case.net.currency) == (code, currency)]
        net = Money(sum(case.net.amount_minor for case in own), currency)
        found.append(CauseSum(code, currency, len({case.invoice_id for case in own}), net, code in FAULT_REASONS))
    yield from sorted(found, key=lambda one: (not one.is_fault, -one.net.amount_minor, one.reason_code))


def _advice(
    months: tuple[PerformanceMonth, ...],
    causes: tuple[CauseSum, ...],
    cases: tuple[CorrectionCase, ...],
    unbilled: tuple[CoverageSum, ...],
) -> Iterator[Recommendation]:
    """The largest fault of each currency, what got worse, and what is not billed; each with its documents."""
    for currency in sorted({one.currency for one in months}):
        faults = [one for one in causes if one.is_fault and one.currency == currency]
        if faults:
            worst = faults[0]
            own = [case for case in cases if (case.reason_code, case.net.currency) == (worst.reason_code, currency)]
            says = ngettext(
                "Look first at what is wrong with “%(cause)s”: %(count)d invoice, %(net)s.",
                "Look first at what is wrong with “%(cause)s”: %(count)d invoices, %(net)s.",
                worst.invoice_count,
            )
            cause = worst.reason_code.replace("_", " ").lower()
            words = {"cause": cause, "count": worst.invoice_count, "net": worst.net}
            yield Recommendation("worst_cause", says % words, tuple(case.invoice for case in own[:CASES_NAMED]))
    for later in _worst_falls(months):
        own = [
            case for case in cases
            if case.is_fault and case.net.currency == later.currency
            and case.document_date.replace(day=1) == later.month
        ]  # fmt: skip
        says = _("%(currency)s: less was right in %(month)s than the month before: %(share)s %%.")
        words = {"currency": later.currency, "month": f"{later.month:%Y-%m}", "share": f"{later.accuracy * 100:.1f}"}
        yield Recommendation("accuracy_fell", says % words, tuple(case.invoice for case in own[:CASES_NAMED]))
    for one in unbilled:
        says = _("Bill what is due: %(count)d charges, %(value)s (%(verdict)s).")
        yield Recommendation("unbilled", says % {"count": one.count, "value": one.value, "verdict": one.verdict}, ())


def _worst_falls(months: tuple[PerformanceMonth, ...]) -> Iterator[PerformanceMonth]:
    """Of each company and currency the month in which the share of right invoices fell most, if it fell at all."""
    worst: dict[tuple[int, str], tuple[Decimal, PerformanceMonth]] = {}
    for earlier, later in pairwise(months):
        key = (later.legal_entity_id, later.currency)
        fall = earlier.accuracy - later.accuracy
        if (earlier.legal_entity_id, earlier.currency) == key and fall > _ADVICE_MIN_SHARE:
            worst[key] = max(worst.get(key, (fall, later)), (fall, later), key=lambda one: one[0])
    yield from (later for _fall, later in worst.values())
