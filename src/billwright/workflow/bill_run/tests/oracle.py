"""A second opinion on bill runs in plain Python: whole fractions, its own calendar, written from the definitions.

It is told what was agreed (items, prices, rates, conventions) and never what the run wrote. It remembers what it has
billed itself, so that a series of runs with changes between them can be compared line by line.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from billwright.workflow.bill_run.tests.oracle_prices import Counting, Price

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Grid:
    """Every `count` months on the anchor day, or every so many days; `phase` places it."""

    unit: str
    count: int
    anchor: int
    phase: int

    def bounds(self, number: int) -> date:
        """The first day of the period with this number."""
        if self.unit == "DAY":
            return EPOCH + timedelta(days=number * self.count + self.phase)
        year, month = divmod(number * self.count + self.phase, 12)
        return date(year, month + 1, min(self.anchor, calendar.monthrange(year, month + 1)[1]))

    def number_of(self, day: date) -> int:
        """The number of the period that holds a day."""
        if self.unit == "DAY":
            return ((day - EPOCH).days - self.phase) // self.count
        number = (day.year * 12 + day.month - 1 - self.phase) // self.count
        return number if self.bounds(number) <= day else number - 1

    def period(self, day: date) -> tuple[date, date]:
        number = self.number_of(day)
        return self.bounds(number), self.bounds(number + 1)


@dataclass(frozen=True)
class Item:
    """What was agreed: a price for a quantity, or for what `readings` come to, between two days."""

    id: int
    account: int
    payer: int
    zone: str
    grid: Grid | None
    in_advance: bool
    price: Price
    counting: Counting
    quantity: Fraction
    readings: tuple[tuple[datetime, Fraction], ...] | None
    starts: date
    ends: date | None
    kin: tuple[object, ...] = ()
    share: Fraction = Fraction(1)
    sold: tuple[object, ...] = ()
    minimum: Fraction | None = None

    def cost(self) -> Fraction:
        """What a full period costs: less while it is paused."""
        return self.price.cost(self.quantity) * self.share

    def served(self, until: date) -> set[date]:
        """Its days before another day, and before its end."""
        return days_between(self.starts, min(self.ends or until, until))

    def usage_cost(self, starts: date, ends: date) -> Fraction:
        """What happened between two local midnights comes to."""
        begin, end = (datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(self.zone)) for day in (starts, ends))
        seen = [(at, quantity) for at, quantity in self.readings or () if begin <= at < end]
        return self.price.of_usage(sorted(seen, key=lambda reading: reading[0]), self.zone)


@dataclass(frozen=True)
class Payer:
    """What a payer's documents follow. `rates`: percent by component; `own_credit_notes`: the convention."""

    id: int
    exponent: int
    tax_code: str
    rates: tuple[tuple[str, Fraction], ...]
    own_credit_notes: bool


@dataclass(frozen=True)
class Line:
    payer: int
    document: str
    account: int
    item: int
    kind: str
    starts: date
    ends: date
    net: int
    tax: int = 0
    days: int = field(default=1, compare=False, repr=False)
    base: int = field(default=1, compare=False, repr=False)

    @property
    def place(self) -> tuple[int, int, date, str]:
        return self.account, self.item, self.starts, self.kind


@dataclass(frozen=True)
class Document:
    """Postings by role and, for tax, component."""

    payer: int
    kind: str
    net: int
    tax: int
    total: int
    postings: tuple[tuple[str, str, int], ...]


def days_between(starts: date, ends: date) -> set[date]:
    return {starts + timedelta(days=number) for number in range((ends - starts).days)}


def stretches(days: set[date]) -> list[tuple[date, date]]:
    """Days as spans with exclusive ends."""
    one = timedelta(days=1)
    begun = sorted(day for day in days if day - one not in days)
    return list(zip(begun, sorted(day + one for day in days if day + one not in days), strict=True))


def half_away(amount: Fraction) -> int:
    """The nearest whole number; in the middle, the one farther from zero."""
    whole = int(abs(amount) + Fraction(1, 2))
    return whole if amount >= 0 else -whole


@dataclass
class _Billed:
    """One line billed before, and what is left of it."""

    invoice: tuple[int, int]
    line: Line
    left: int
    days: int
    base: int
    credited_days: int = 0


@dataclass
class Oracle:
    """Bills items run by run and remembers."""

    payers: dict[int, Payer]
    marks: dict[int, date] = field(default_factory=dict)
    billed: dict[int, list[_Billed]] = field(default_factory=lambda: defaultdict(list))
    stood: dict[tuple[object, ...], list[tuple[int, Line]]] = field(default_factory=lambda: defaultdict(list))
    runs: int = 0

    def run(
        self, items: list[Item], *, document_date: date, as_of: date | None = None, cut_off: datetime | None = None
    ) -> tuple[list[Line], list[Document]]:
        """Everything due on each account's civil day, as lines and documents."""
        self.runs += 1
        lines: list[Line] = []
        standing = dict(self.marks)
        for item in items:
            if item.id not in self.marks:
                self.marks[item.id] = self._rests_on(item, items, standing)
        lines += self._credit_unserved(items)
        days = {item.id: as_of or cut_off.astimezone(ZoneInfo(item.zone)).date() for item in items}  # type: ignore[union-attr]
        for item in items:
            day = days[item.id]
            mark = self.marks[item.id]
            if item.ends is not None and item.ends < mark:
                lines += self._shrink(item) if item.readings is not None else []
                self.marks[item.id] = item.ends
            elif item.starts <= day:
                lines += self._charge(item, mark, day)
        self._keep(items, lines)
        lines += self._top_up(items, days)
        return self._documents(lines, document_date)

    def _keep(self, items: list[Item], lines: list[Line]) -> None:
        sold = {item.id: item.sold for item in items if item.minimum is not None}
        for line in lines:
            if line.item in sold:
                self.stood[sold[line.item]].append((self.runs, line))

    def _top_up(self, items: list[Item], days: dict[int, date]) -> list[Line]:
        """What every period of a fee that is over by now came to below its minimum, whenever that was."""
        groups: dict[tuple[object, ...], list[Item]] = defaultdict(list)
        for item in items:
            if item.minimum is not None and item.grid is not None and item.readings is None:
                groups[item.sold].append(item)
        lines = []
        for group in groups.values():
            grid, day = group[0].grid, days[group[0].id]
            assert grid is not None, "only what has periods is here"
            first = min(item.starts for item in group)
            if first <= day:
                numbers = range(grid.number_of(first), grid.number_of(day) + 1)
                found = (self._top_up_period(group, (grid.bounds(n), grid.bounds(n + 1)), day) for n in numbers)
                lines += [line for line in found if line is not None]
        self._keep(items, lines)
        return lines

    def _top_up_period(self, group: list[Item], period: tuple[date, date], day: date) -> Line | None:
        begins, ends = period
        before = [(run, line) for run, line in self.stood[group[0].sold] if begins <= line.starts < ends]
        spans = {item: (max(item.starts, begins), min(item.ends or ends, ends)) for item in group if item.starts < ends}
        served = {item: span for item, span in spans.items() if span[0] < span[1]}
        if any(until > day or self.marks[item.id] < until for item, (_, until) in served.items()):
            return None
        shares = [item.counting.share(*span, period) for item, span in served.items()]
        base = max((base for _, base in shares), default=1)
        owed = min(half_away(sum((Fraction(*share) for share in shares), Fraction(0)) * base), base)
        item, scale = group[0], 10 ** self.payers[group[0].payer].exponent
        least = half_away((item.minimum or 0) * scale * Fraction(owed, base))
        tops = [(run, line) for run, line in before if line.kind == "MINIMUM"]
        net = max(least - sum(line.net for _, line in before), -sum(line.net for _, line in tops))
        if not net:
            return None
        carrier = max((one.id for one in served), default=max((line.item for _, line in before), default=0))
        own = ""
        if net < 0 and self.payers[item.payer].own_credit_notes:
            own = f"credit:{max((run, item.payer) for run, line in tops if line.net > 0)}"
        starts = min((span[0] for span in served.values()), default=begins)
        until = max((span[1] for span in served.values()), default=ends)
        return Line(item.payer, own, item.account, carrier, "MINIMUM", starts, until, net)

    def _charge(self, item: Item, mark: date, day: date) -> list[Line]:
        if item.grid is None:
            return self._charge_once(item, mark)
        lines = []
        while True:
            starts, ends = item.grid.period(mark)
            end = min(ends, item.ends) if item.ends else ends
            known_to_have_ended = item.ends is not None and item.ends <= day and end == item.ends
            owed = starts <= day if item.in_advance else (ends <= day or known_to_have_ended)
            if end <= mark or not owed:
                break
            days, base = item.counting.share(mark, end, (starts, ends))
            scale = 10 ** self.payers[item.payer].exponent
            if item.readings is None:
                kind, net = "RECURRING", half_away(item.cost() * scale * Fraction(days, base))
            else:
                kind, net = "USAGE", half_away(item.usage_cost(mark, end) * scale)
            if net:
                lines.append(Line(item.payer, "", item.account, item.id, kind, mark, end, net, days=days, base=base))
            mark = end
        self.marks[item.id] = mark
        return lines

    def _charge_once(self, item: Item, mark: date) -> list[Line]:
        if mark > item.starts or item.ends == item.starts:
            return []
        end = self.marks[item.id] = item.starts + timedelta(days=1)
        net = half_away(item.price.cost(item.quantity) * 10 ** self.payers[item.payer].exponent)
        return [Line(item.payer, "", item.account, item.id, "ONE_OFF", item.starts, end, net)] if net else []

    def _shrink(self, item: Item) -> list[Line]:
        """Usage billed beyond the end: what its window comes to by now, less what was billed of it."""
        lines = []
        for before in self.billed[item.id]:
            assert item.ends is not None, "what is shrunk has an end"
            ends = max(before.line.starts, min(before.line.ends, item.ends))
            if ends == before.line.ends:
                continue
            owed = item.usage_cost(before.line.starts, ends) if ends > before.line.starts else Fraction(0)
            net = half_away(owed * 10 ** self.payers[item.payer].exponent) - before.left
            before.left += net
            if net:
                lines.append(Line(item.payer, "", item.account, item.id, "USAGE", before.line.starts, ends, net))
        return lines

    def _rests_on(self, item: Item, items: list[Item], standing: dict[int, date]) -> date:
        """Where a new item is billed up to: what an older one of its kin was billed beyond its own end stays billed."""
        kin = [one for one in items if one.kin == item.kin and one.starts < item.starts and one.id in standing]
        billed = [standing[one.id] for one in kin if standing[one.id] > item.starts]
        return max(billed) if item.readings is None and item.grid is not None and billed else item.starts

    def _credit_unserved(self, items: list[Item]) -> list[Line]:
        """Days that were billed and are served no more, once per line, whatever happened since the last run."""
        kins: dict[tuple[object, ...], list[Item]] = defaultdict(list)
        for item in items:
            if item.readings is None:
                kins[item.kin if item.grid is not None else ("once", item.id)].append(item)
        lines: list[Line] = []
        for kin in kins.values():
            left = [days_between(item.ends, self.marks[item.id]) for item in kin if item.ends is not None]
            if any(left):
                lines += self._credit(kin, set().union(*left))
        return lines

    def _credit(self, kin: list[Item], left: set[date]) -> list[Line]:
        served = set().union(*(item.served(self.marks[item.id]) for item in kin))
        bills = [before for item in kin for before in self.billed[item.id]]
        bills.sort(key=lambda before: before.invoice)
        lines = []
        for place, before in enumerate(bills):
            whole = days_between(before.line.starts, before.line.ends)
            later = [days_between(other.line.starts, other.line.ends) for other in bills[place + 1 :]]
            rests = whole.difference(*later)
            if unserved := (left & rests) - served:
                lines += self._credit_line(kin[0], before, served & rests, whole, unserved)
        return lines

    def _credit_line(
        self, item: Item, before: _Billed, kept: set[date], whole: set[date], unserved: set[date]
    ) -> list[Line]:
        owed = item.counting.owed(stretches(kept), kept == whole, before.days)
        days = before.days - owed - before.credited_days
        if days <= 0 and owed:
            return []
        net = before.left
        if owed:
            scale = 10 ** self.payers[item.payer].exponent
            so_far, earlier = (
                half_away(item.cost() * scale * Fraction(count, before.base))
                for count in (before.credited_days + days, before.credited_days)
            )
            net = min(so_far - earlier, before.left)
        before.left -= net
        before.credited_days += days
        own = f"credit:{before.invoice}" if self.payers[item.payer].own_credit_notes else ""
        starts, ends = min(unserved), max(unserved) + timedelta(days=1)
        return [Line(item.payer, own, item.account, before.line.item, "CORRECTION", starts, ends, -net)] if net else []

    def _documents(self, lines: list[Line], document_date: date) -> tuple[list[Line], list[Document]]:
        grouped: dict[tuple[int, str], list[Line]] = defaultdict(list)
        for line in lines:
            grouped[line.payer, line.document].append(line)
        taxed: list[Line] = []
        documents = []
        for (payer_id, split), group in grouped.items():
            shared, taxes = self._tax(self.payers[payer_id], sorted(group, key=lambda line: line.place))
            taxed += shared
            documents.append(_document(payer_id, shared, taxes, document_date))
            if not split:
                self._remember(payer_id, shared)
        return taxed, documents

    def _remember(self, payer_id: int, lines: list[Line]) -> None:
        for line in lines:
            if line.kind in ("RECURRING", "ONE_OFF") or (line.kind == "USAGE" and line.net > 0):
                self.billed[line.item].append(_Billed((self.runs, payer_id), line, line.net, line.days, line.base))

    def _tax(self, payer: Payer, lines: list[Line]) -> tuple[list[Line], dict[str, int]]:
        """Tax once per component on the sum; a line's share is what the sum up to it adds."""
        taxes: dict[str, int] = {}
        shared = lines
        for component, percent in payer.rates:
            before, up_to, result = 0, 0, []
            for line in shared:
                up_to += line.net
                now = half_away(up_to * percent / 100)
                result.append(replace(line, tax=line.tax + now - before))
                before = now
            shared, taxes[component] = result, before
        return shared, taxes


def _document(payer: int, lines: list[Line], taxes: dict[str, int], document_date: date) -> Document:
    net, tax = sum(line.net for line in lines), sum(taxes.values())
    month_ends = (document_date.replace(day=28) + timedelta(days=4)).replace(day=1)
    revenue: dict[str, int] = defaultdict(int)
    for line in lines:
        revenue["DEFERRED_REVENUE" if line.ends > month_ends else "REVENUE"] -= line.net
    postings = [("RECEIVABLES", "", net + tax), *((role, "hosting", amount) for role, amount in revenue.items())]
    postings += [("OUTPUT_TAX", component, -amount) for component, amount in taxes.items() if amount]
    own = lines[0].document != ""
    kind = "CREDIT_NOTE" if net + tax < 0 else "DEBIT_NOTE" if own else "INVOICE"
    return Document(payer, kind, net, tax, net + tax, tuple(sorted(postings)))
