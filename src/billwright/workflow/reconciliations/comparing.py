"""Laying their paper beside our books: pure, and one pass over either side, whatever the size.

A document is found by its number as it is written, then by its digits alone where those are unique on both sides
(their prefix is missing, or ours). Payments are found by reference, then by amount and day, then by amount and the
nearest day.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from billwright.receivables.reconciliation_rows import Finding, OurEntry, TheirEntry
from billwright.receivables.states import DifferenceKind, TheirContent

Key = tuple[str, str]
DIGITS_MIN: Final = 3
# Payments of the same amount further apart than this are two payments.
PAYMENT_DAYS_APART_MAX: Final = 45


def compare(
    theirs: Sequence[TheirEntry],
    ours: Sequence[OurEntry],
    *,
    content: TheirContent,
    as_of: date,
    since: date | None,
    timing_days: int,
) -> list[Finding]:
    """Every line of theirs once, and what of ours they do not have; sums of both sides tie with the inputs.

    Ours dated after `as_of` count nothing: they only tell that something was on its way. Amounts in minor units.
    """
    return _Comparison(content, as_of, since or _first_day(theirs), timing_days).run(theirs, ours)


def plain(number: str) -> str:
    """A number without what people put between its parts or before its digits: `INV-0012/3` and `inv 123` are alike."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", re.sub(r"[^0-9A-Z]", "", number.upper()))


def _digits(number: str) -> str:
    found = re.sub(r"\D", "", number).lstrip("0")
    return found if len(found) >= DIGITS_MIN else ""


def _first_day(theirs: Iterable[TheirEntry]) -> date | None:
    return min((line.dated_on for line in theirs if line.dated_on), default=None)


class _Comparison:
    def __init__(self, content: TheirContent, as_of: date, since: date | None, timing_days: int) -> None:
        self.content, self.as_of, self.since = content, as_of, since
        self.recent = as_of - timedelta(days=timing_days)
        self.findings: list[Finding] = []

    def run(self, theirs: Sequence[TheirEntry], ours: Sequence[OurEntry]) -> list[Finding]:
        counted = [entry for entry in ours if self._counts(entry)]
        documents = [entry for entry in counted if entry.is_document]
        left, found = self._documents(theirs, documents)
        payments = [entry for entry in counted if not entry.is_document]
        paid = [] if self.content == TheirContent.REMITTANCE else self._payments(left, payments)
        if self.content != TheirContent.REMITTANCE:
            self._only_ours(documents, found, payments, set(paid))
        return self.findings

    def _counts(self, entry: OurEntry) -> bool:
        """Whether an entry of ours belongs to what their paper is about."""
        if self.content == TheirContent.OPEN_ITEMS:
            return entry.open_minor != 0
        if self.content == TheirContent.MOVEMENTS:
            return self.since is None or entry.dated_on >= self.since
        return entry.is_document

    def _ours_minor(self, entry: OurEntry) -> int:
        if entry.dated_on > self.as_of:
            return 0
        return entry.open_minor if self.content == TheirContent.OPEN_ITEMS else entry.amount_minor

    def _add(self, kind: DifferenceKind, theirs: TheirEntry | None, ours: OurEntry | None) -> None:
        entry = theirs or ours
        assert entry is not None, "a finding has a side"
        self.findings.append(
            Finding(
                kind=kind,
                currency=entry.currency,
                theirs=theirs,
                ours=ours,
                theirs_minor=theirs.amount_minor if theirs else 0,
                ours_minor=self._ours_minor(ours) if ours else 0,
            )
        )

    # -- documents --------------------------------------------------------------------------------------------------

    def _documents(
        self, theirs: Sequence[TheirEntry], documents: Sequence[OurEntry]
    ) -> tuple[list[TheirEntry], set[str]]:
        """Findings of documents that both have; returns what of theirs is left, and the keys that were found."""
        by_number = {(entry.currency, plain(entry.number)): entry for entry in documents}
        by_digits = _unique_digits(documents, theirs)
        found: set[str] = set()
        left = []
        for line in theirs:
            entry = by_number.get((line.currency, plain(line.number))) if line.number else None
            entry = entry or by_digits.get((line.currency, _digits(line.number)))
            if entry is None:
                left.append(line)
            elif entry.our_key in found:
                self._add(DifferenceKind.LISTED_TWICE, line, None)
            else:
                found.add(entry.our_key)
                self._add(self._kind_of_pair(line, entry), line, entry)
        if self.content == TheirContent.REMITTANCE:
            for line in left:
                self._add(DifferenceKind.MISSING_AT_US, line, None)
        return left, found

    def _kind_of_pair(self, line: TheirEntry, entry: OurEntry) -> DifferenceKind:
        ours = self._ours_minor(entry)
        if line.amount_minor == ours:
            return DifferenceKind.AGREED
        is_less = 0 < line.amount_minor < ours
        if self.content == TheirContent.REMITTANCE and is_less:
            return DifferenceKind.SHORT_PAYMENT
        # They think it settled (or nearly); we got a part of it: what they paid was short.
        is_paid_in_part = 0 < entry.open_minor < entry.amount_minor
        if self.content == TheirContent.OPEN_ITEMS and is_paid_in_part and line.amount_minor < ours:
            return DifferenceKind.SHORT_PAYMENT
        return DifferenceKind.AMOUNT_DIFFERS

    # -- payments ---------------------------------------------------------------------------------------------------

    def _payments(self, left: Sequence[TheirEntry], payments: Sequence[OurEntry]) -> list[str]:
        """Findings of what is left of theirs; returns the keys of ours that were found."""
        pairs = _pair(left, payments)
        for index, line in enumerate(left):
            entry = pairs.get(index)
            if entry is not None:
                is_later = entry.dated_on > self.as_of
                self._add(DifferenceKind.TIMING if is_later else DifferenceKind.AGREED, line, entry)
            elif line.amount_minor >= 0:
                self._add(DifferenceKind.MISSING_AT_US, line, None)
            else:
                on_its_way = line.dated_on is not None and line.dated_on > self.recent
                self._add(DifferenceKind.TIMING if on_its_way else DifferenceKind.UNKNOWN_PAYMENT, line, None)
        return [entry.our_key for entry in pairs.values()]

    def _only_ours(
        self, documents: Sequence[OurEntry], found: set[str], payments: Sequence[OurEntry], paid: set[str]
    ) -> None:
        for entry in documents:
            if entry.our_key not in found:
                on_its_way = entry.dated_on > self.recent
                self._add(DifferenceKind.TIMING if on_its_way else DifferenceKind.MISSING_AT_THEM, None, entry)
        for entry in payments:
            if entry.our_key not in paid and entry.dated_on <= self.as_of:
                self._add(DifferenceKind.RECEIPT_NOT_AT_THEM, None, entry)


def _unique_digits(documents: Sequence[OurEntry], theirs: Sequence[TheirEntry]) -> dict[Key, OurEntry]:
    """Documents by their digits alone, where no other of ours and no two lines of theirs have the same."""
    ours = Counter((entry.currency, _digits(entry.number)) for entry in documents)
    lines = Counter((line.currency, _digits(line.number)) for line in theirs if line.number)
    return {
        key: entry
        for entry in documents
        if (key := (entry.currency, _digits(entry.number)))[1] and ours[key] == 1 and lines[key] <= 1
    }


class _Unpaired:
    """Our payments that no line has taken yet, found by what a line says of them without looking through them all."""

    def __init__(self, payments: Sequence[OurEntry]) -> None:
        self.payments = payments
        self.taken: set[int] = set()
        # By currency, amount and what a line may say: a reference, a day, or nothing but the amount (None).
        self.told: dict[tuple[str, int, str | date | None], deque[int]] = defaultdict(deque)
        self.days: dict[tuple[str, int], list[tuple[date, int]]] = defaultdict(list)
        for place, entry in enumerate(payments):
            said: set[str | date | None] = {plain(entry.number), plain(entry.reference), entry.dated_on, None}
            for told in said:
                self.told[entry.currency, entry.amount_minor, told].append(place)
            insort(self.days[entry.currency, entry.amount_minor], (entry.dated_on, place))

    def take_first(self, line: TheirEntry, told: str | date | None) -> OurEntry | None:
        """The first of the line's amount of which this is told."""
        waiting = self.told.get((line.currency, line.amount_minor, told), deque())
        while waiting and waiting[0] in self.taken:
            waiting.popleft()
        return self._take(waiting[0]) if waiting else None

    def take_nearest(self, line: TheirEntry) -> OurEntry | None:
        """The one of the line's amount whose day is nearest; a line without a day takes the first."""
        if line.dated_on is None:
            return self.take_first(line, None)
        day = line.dated_on
        days = self.days.get((line.currency, line.amount_minor), [])
        after = bisect_left(days, (day, 0))
        around = days[after : after + 1]
        if after:
            around.append(days[bisect_left(days, (days[after - 1][0], 0))])
        near = [(abs((on - day).days), place) for on, place in around]
        if not near or min(near)[0] > PAYMENT_DAYS_APART_MAX:
            return None
        return self._take(min(near)[1])

    def _take(self, place: int) -> OurEntry:
        entry = self.payments[place]
        self.taken.add(place)
        days = self.days[entry.currency, entry.amount_minor]
        days.pop(bisect_left(days, (entry.dated_on, place)))
        return entry


def _pair(lines: Sequence[TheirEntry], payments: Sequence[OurEntry]) -> dict[int, OurEntry]:
    """For the place of a line the payment of ours that it is: by reference, by day, by the nearest day."""
    unpaired = _Unpaired(payments)
    pairs: dict[int, OurEntry | None] = {}
    for index, line in enumerate(lines):
        reference = plain(line.number)
        pairs[index] = unpaired.take_first(line, reference) if reference else None
    for index, line in enumerate(lines):
        if line.dated_on:
            pairs[index] = pairs[index] or unpaired.take_first(line, line.dated_on)
    for index, line in sorted(enumerate(lines), key=lambda pair: (pair[1].dated_on or date.min, pair[0])):
        pairs[index] = pairs[index] or unpaired.take_nearest(line)
    return {index: entry for index, entry in pairs.items() if entry is not None}
