"""Laying items: from what is agreed to the items that say so, and from the stored items to those with the fewest steps.

Both are pure. A change is recorded, all items are laid afresh, and what is stored is settled with them from the day of
the change on: an item whose successor was taken back is opened again. So an act and its undoing come to nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billwright.catalog.policies import price_segments
from billwright.subscriptions.policies.agreements import Agreement, ChargeFacts, Moment, OwnDays, Phase, PlanFacts
from billwright.subscriptions.policies.grids import Anchoring, GridKey, grid_key, grid_on_cycle_day
from billwright.subscriptions.policies.items import FULL_SHARE, ItemFacts, Piece, from_day


class Unpriced(Exception):
    """A charge has no price on the day on which it starts."""

    def __init__(self, charge: ChargeFacts, day: date) -> None:
        super().__init__(f"{charge.name} has no price on {day}")
        self.charge = charge
        self.day = day


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of a run with one quantity, in service or paused."""

    starts: Moment
    ends: Moment | None
    quantity: Decimal
    pause_percent: Decimal | None


_Run = tuple[_Span, ...]


def lay(agreement: Agreement, plans: Mapping[int, PlanFacts]) -> list[Piece]:
    """Every item that an agreement comes to. Raises Unpriced."""
    pieces: list[Piece] = []
    for plan_id in dict.fromkeys(phase.plan_id for phase in agreement.phases):
        for charge in plans[plan_id].charges:
            days = OwnDays(agreement.timezone, agreement.started_at, charge.in_seconds)
            runs = list(_runs(agreement, charge, plan_id, days))
            if not charge.recurs:
                pieces += [_once(agreement, charge, run[0]) for run in runs[:1]]
                continue
            for run in runs:
                pieces += _Recurring(agreement, plans, plan_id, charge, run, days).pieces()
    return pieces


def _runs(agreement: Agreement, charge: ChargeFacts, plan_id: int, days: OwnDays) -> Iterator[_Run]:
    """The stretches over which the plan is in force without a break, each in its spans."""
    begins = [_begin_of(phase, charge, days) for phase in agreement.phases]
    end = _end_of(agreement, charge, days)
    run: list[_Span] = []
    for place, (phase, starts) in enumerate(zip(agreement.phases, begins, strict=True), start=1):
        until = min((moment for moment in (*begins[place:], end) if moment is not None), default=None)
        if until is not None and starts >= until:
            continue
        if phase.plan_id == plan_id:
            run.append(_Span(starts, until, phase.quantity, phase.pause_percent))
        elif run:
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _begin_of(phase: Phase, charge: ChargeFacts, days: OwnDays) -> Moment:
    """Where a charge follows a phase: with it, or later, where what is billed of another plan stays."""
    begins = days.moment(phase.starts_on, phase.starts_at)
    kept = phase.charge_days.get(charge.plan_charge_id)
    return max(begins, Moment(kept)) if kept is not None else begins


def _end_of(agreement: Agreement, charge: ChargeFacts, days: OwnDays) -> Moment | None:
    if agreement.ends_before is None:
        return None
    end = days.moment(agreement.ends_before, agreement.ends_at)
    kept = agreement.kept_ends.get(charge.plan_charge_id)
    return max(end, Moment(kept)) if kept is not None else end


def _once(agreement: Agreement, charge: ChargeFacts, span: _Span) -> Piece:
    day = span.starts.day
    segments = price_segments(charge.prices, starts_on=day, ends_before=None)
    if not segments:
        raise Unpriced(charge, day)
    return Piece(
        plan_charge_id=charge.plan_charge_id,
        price_id=segments[0].price_id,
        payer_id=agreement.payer_on(day),
        grid=None,
        quantity=span.quantity,
        effective_from=day,
        effective_to=None,
        clause=agreement.clauses.get(charge.code, ""),
        by_quantity=charge.by_quantity,
    )


@dataclass(frozen=True, slots=True)
class _Recurring:
    """The items of one recurring charge over one run."""

    agreement: Agreement
    plans: Mapping[int, PlanFacts]
    plan_id: int
    charge: ChargeFacts
    run: _Run
    days: OwnDays

    def pieces(self) -> list[Piece]:
        made: list[Piece] = []
        reached: Moment | None = None
        for start, end, piece in self._atoms():
            if made and start == reached and made[-1].sameness == piece.sameness:
                made[-1] = replace(made[-1], effective_to=piece.effective_to, to_seconds=piece.to_seconds)
            else:
                made.append(piece)
            reached = end
        return [_without_past_trial(piece) for piece in made]

    def _atoms(self) -> Iterator[tuple[Moment, Moment | None, Piece]]:
        """Items cut wherever anything may change, each with its moments."""
        segments = price_segments(self.charge.prices, starts_on=self.run[0].starts.day, ends_before=None)
        if not segments:
            raise Unpriced(self.charge, self.run[0].starts.day)
        cuts = self._cuts({segment.starts_on for segment in segments[1:]})
        for index, span in enumerate(self.run):
            share = self._share(span)
            if not share:
                continue
            inside = [cut for cut in cuts if cut > span.starts and (span.ends is None or cut < span.ends)]
            for start, end in zip([span.starts, *inside], [*inside, span.ends], strict=True):
                price = next(one for one in reversed(segments) if one.starts_on <= start.day)
                piece = self._piece(span, index, start, end)
                yield start, end, replace(piece, price_id=price.price_id, share_percent=share)

    def _piece(self, span: _Span, index: int, start: Moment, end: Moment | None) -> Piece:
        effective_to, to_seconds = self.days.end(end) if end is not None else (None, 0)
        return Piece(
            plan_charge_id=self.charge.plan_charge_id,
            price_id=0,
            payer_id=self.agreement.payer_on(start.day),
            grid=self._grid(index, start.day),
            quantity=span.quantity if self.charge.by_quantity else self.run[0].quantity,
            effective_from=start.day,
            effective_to=effective_to,
            free_until=self._free_until(start.day),
            from_seconds=start.seconds,
            to_seconds=to_seconds,
            clause=self.agreement.clauses.get(self.charge.code, ""),
            by_quantity=self.charge.by_quantity,
        )

    def _cuts(self, price_days: set[date]) -> list[Moment]:
        days = set(price_days) | {since for since, _ in self.agreement.payers}
        run_from = self.run[0].starts.day
        reached = (
            change.reaches(self.charge.plan_charge_id, run_from=run_from) for change in self.agreement.cycle_changes
        )
        days |= {since for since in reached if since is not None}
        if self._trial is not None and self.charge.trial_splits:
            days.add(self._trial)
        return sorted(Moment(day) for day in days)

    def _share(self, span: _Span) -> Decimal:
        """Of the price. While paused what is used is still charged in full, unless nothing is charged at all."""
        if span.pause_percent is None:
            return FULL_SHARE
        return FULL_SHARE if self.charge.is_metered and span.pause_percent else span.pause_percent

    @property
    def _trial(self) -> date | None:
        if self.charge.is_metered:
            return None
        until = self.plans[self.plan_id].trial_until(self.agreement.starts_on)
        return until if until is not None and until > self.run[0].starts.day else None

    def _free_until(self, day: date) -> date | None:
        if self._trial is None or (self.charge.trial_splits and day >= self._trial):
            return None
        return self._trial

    def _grid(self, index: int, day: date) -> GridKey:
        run_from = self.run[0].starts.day
        first_paid_on = self.plans[self.agreement.phases[0].plan_id].first_paid_on(self.agreement.starts_on)
        paid_from = self._trial if self._trial is not None and self.charge.trial_splits else self.agreement.starts_on
        resumed = [
            span.starts.day
            for before, span in zip(self.run[:index], self.run[1 : index + 1], strict=True)
            if before.pause_percent is not None and span.pause_percent is None
        ]
        stretch_from = max(run_from, paid_from, *resumed)
        for change in reversed(self.agreement.cycle_changes):
            since = change.reaches(self.charge.plan_charge_id, run_from=run_from)
            if since is not None and since <= day:
                return grid_on_cycle_day(
                    interval_unit=self.charge.interval_unit,
                    interval_count=self.charge.interval_count,
                    cycle_day=change.cycle_day,
                    starts_on=max(since, stretch_from),
                )
        return grid_key(
            anchor=self.charge.anchor,
            interval_unit=self.charge.interval_unit,
            interval_count=self.charge.interval_count,
            days=Anchoring(
                stretch_from=stretch_from,
                interval_from=max(self._interval_from(), paid_from),
                first_paid_on=first_paid_on,
                cycle_day=self.agreement.account_cycle_day or first_paid_on.day,
                through=self.agreement.cycle_from,
            ),
        )

    def _interval_from(self) -> date:
        """The day on which the present interval began: plans before the run that recur alike do not begin another."""
        interval = (self.charge.interval_unit, self.charge.interval_count)
        since = self.run[0].starts.day
        by_day = {phase.starts_on: phase for phase in self.agreement.phases if phase.starts_on < since}
        for phase in reversed(by_day.values()):
            charges = self.plans[phase.plan_id].charges
            if all((charge.interval_unit, charge.interval_count) != interval for charge in charges):
                break
            since = phase.starts_on
        if since > self.agreement.starts_on:
            return since
        return self.plans[self.agreement.phases[0].plan_id].first_paid_on(since)


def _without_past_trial(piece: Piece) -> Piece:
    """A trial that was over before an item begins is none of its business."""
    past = piece.free_until is not None and piece.free_until <= piece.effective_from
    return replace(piece, free_until=None) if past else piece


@dataclass(frozen=True, slots=True)
class Settlement:
    """What makes stored items those that were laid: ends (day, seconds before it) by item, and items to start."""

    ends: dict[int, tuple[date | None, int]]
    starts: list[ItemFacts]


def settle(
    stored: Sequence[ItemFacts],
    laid: Iterable[ItemFacts],
    *,
    cut: date,
    priced_flat: Collection[int] = (),
    billed: Collection[int] = (),
) -> Settlement:
    """Settle stored items with laid ones from a day on; what lies before stays as it is.

    `priced_flat` are the charges whose amount does not depend on the subscription's quantity; `billed` are stored items
    of recurring fees that were billed: where the same begins earlier now, they go on and only the days before are new.
    """
    return _Settling(stored, cut, frozenset(priced_flat), frozenset(billed)).settle(laid)


def rests_on(
    starts: Sequence[ItemFacts],
    billed: Iterable[ItemFacts],
    marks: Mapping[int, date],
) -> dict[int, date]:
    """Up to where items that start are billed already, by place: by the lines of one of the same price and quantity.

    What was billed for a month stays billed when a service is paused and resumed within it: only the days between are
    no longer owed. A later run credits these alone, once, on the line that billed them.
    """

    def likeness(item: ItemFacts) -> tuple[object, ...]:
        return item.payer_id, item.price_id, item.grid_id, item.quantity, item.share_percent

    reached: dict[tuple[object, ...], list[tuple[date, date]]] = {}
    for one in billed:
        reached.setdefault(likeness(one), []).append((one.effective_from, marks[one.item_id]))
    rests = {}
    for place, item in enumerate(starts):
        until = [mark for since, mark in reached.get(likeness(item), ()) if since < item.effective_from < mark]
        if until:
            rests[place] = max(until)
    return rests


class _Settling:
    def __init__(
        self, stored: Sequence[ItemFacts], cut: date, priced_flat: frozenset[int], billed: frozenset[int]
    ) -> None:
        self.cut = cut
        self.priced_flat = priced_flat
        self.billed = billed
        self.stored = sorted(stored, key=lambda item: (item.is_empty, item.effective_from, item.item_id))
        self.used: set[int] = set()
        self.ends: dict[int, tuple[date | None, int]] = {}
        self.starts: list[ItemFacts] = []

    def settle(self, laid: Iterable[ItemFacts]) -> Settlement:
        for item in laid:
            if item.effective_to is not None and item.effective_to <= self.cut:
                continue
            if item.effective_from < self.cut:
                self._run_on(item)
            else:
                self._start(item)
        for item in self.stored:
            self._end(item)
        return Settlement(self.ends, self.starts)

    def _same(self, one: ItemFacts, other: ItemFacts) -> bool:
        return self._sameness(one) == self._sameness(other)

    def _sameness(self, item: ItemFacts) -> tuple[object, ...]:
        quantity = None if item.plan_charge_id in self.priced_flat else item.quantity
        return (
            item.plan_charge_id, item.price_id, item.payer_id, item.grid_id, quantity, item.free_until,
            item.share_percent,
        )  # fmt: skip

    def _run_on(self, item: ItemFacts) -> None:
        """An item that began before the cut: what is stored of it goes on, or it starts anew at the cut."""
        if item.grid_id is None:
            return
        before = [
            one
            for one in self.stored
            if one.item_id not in self.used
            and not one.is_empty
            and one.effective_from < self.cut
            and (one.effective_to is None or one.effective_to >= self.cut)
            and self._same(one, from_day(item, one.effective_from))
        ]
        if before:
            self._keep(before[-1], item)
        else:
            self._start(from_day(item, self.cut))

    def _start(self, item: ItemFacts) -> None:
        later = self._later(item)
        if later is not None:
            self._keep(later, item)
            item = replace(item, effective_to=later.effective_from, to_seconds=0)
        for one in self.stored:
            if (
                one.item_id not in self.used
                and (one.effective_from, one.from_seconds) == (item.effective_from, item.from_seconds)
                and self._same(one, item)
            ):
                self._keep(one, item)
                return
        self.starts.append(item)

    def _later(self, item: ItemFacts) -> ItemFacts | None:
        """The stored item that this one, dated earlier now, runs into: what is billed of it stays as it is."""
        for one in self.stored:
            if (
                one.item_id in self.billed - self.used
                and not one.is_empty
                and not one.from_seconds
                and one.effective_from > item.effective_from
                and (item.effective_to is None or one.effective_from < item.effective_to)
                and self._same(one, from_day(item, one.effective_from))
            ):
                return one
        return None

    def _keep(self, stored: ItemFacts, item: ItemFacts) -> None:
        self.used.add(stored.item_id)
        if (stored.effective_to, stored.to_seconds) != (item.effective_to, item.to_seconds):
            self.ends[stored.item_id] = (item.effective_to, item.to_seconds)

    def _end(self, item: ItemFacts) -> None:
        """End what is stored and was not laid; what is charged once and began before the cut stays owed."""
        if item.item_id in self.used or item.is_empty or (item.grid_id is None and item.effective_from < self.cut):
            return
        if item.effective_to is None or item.effective_to > self.cut:
            self.ends[item.item_id] = (max(self.cut, item.effective_from), 0)
