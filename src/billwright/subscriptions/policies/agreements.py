"""What is agreed of a subscription over time: phases of plan, quantity and pause, and the ends of its periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from billwright.catalog.policies import DatedPrice
from billwright.catalog.states import IntervalUnit
from billwright.kernel.periods import add_months


class Moment(NamedTuple):
    """A day, and the seconds into it where seconds are counted."""

    day: date
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class AgreedChange:
    """One change as it was recorded: what it sets holds from its day (or instant) on; None: it leaves that alone.

    `charge_days` are the days on which a new cycle day (or, of a cancellation or another plan that forfeits, the end of
    the old charge and the start of the new one) reaches each charge: what was billed at the time stays.
    """

    change_id: int
    kind: str
    effective_from: date
    effective_at: datetime | None = None
    plan_id: int | None = None
    quantity: Decimal | None = None
    pause_percent: Decimal | None = None
    cycle_day: int | None = None
    charge_days: Mapping[int, date] | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """What holds from a day (or an instant) on. `pause_percent`: of the price while paused; None: in service.

    `charge_days` are later days on which charges follow it: where what is billed of another plan stays.
    """

    starts_on: date
    starts_at: datetime | None
    plan_id: int
    quantity: Decimal
    pause_percent: Decimal | None = None
    charge_days: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CycleChange:
    """Another cycle day: at once, or for each charge that ran at the time from a day of its own."""

    starts_on: date
    cycle_day: int
    charge_days: Mapping[int, date] | None = None

    def reaches(self, plan_charge_id: int, *, run_from: date) -> date | None:
        """The day from which a run of a charge follows it; None: never."""
        if self.charge_days is None or run_from >= self.starts_on:
            return self.starts_on
        return self.charge_days.get(plan_charge_id)


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that the items of a subscription follow from, but for its plans and prices.

    `ends_at` is the instant of its end where seconds are counted; `kept_ends` are later ends of charges whose unused
    time is forfeited. `payers` are (from, account) in order, `clauses` those of a contract
    by charge code.
    """

    starts_on: date
    timezone: str
    phases: tuple[Phase, ...]
    payers: tuple[tuple[date, int], ...]
    started_at: datetime | None = None
    ends_before: date | None = None
    ends_at: datetime | None = None
    account_cycle_day: int | None = None
    cycle_from: date | None = None
    cycle_changes: tuple[CycleChange, ...] = ()
    kept_ends: Mapping[int, date] = field(default_factory=dict)
    clauses: Mapping[str, str] = field(default_factory=dict)

    def payer_on(self, day: date) -> int:
        begun = [payer for since, payer in self.payers if since <= day]
        return begun[-1] if begun else self.payers[0][1]


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """What laying items needs to know of a charge, its conventions resolved (price, plan, account, company)."""

    plan_charge_id: int
    code: str
    name: str
    interval_unit: str
    interval_count: int
    is_metered: bool = False
    by_quantity: bool = True
    anchor: str = "account"
    in_seconds: bool = False
    trial_splits: bool = True
    prices: tuple[DatedPrice, ...] = ()

    @property
    def recurs(self) -> bool:
        return self.interval_unit != IntervalUnit.ONCE


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan's charges and its trial."""

    plan_id: int
    charges: tuple[ChargeFacts, ...]
    trial_unit: str = IntervalUnit.DAY
    trial_count: int = 0

    def trial_until(self, starts_on: date) -> date | None:
        """The day before which its recurring charges are free, counted from the subscription's first start."""
        if not self.trial_count:
            return None
        if self.trial_unit == IntervalUnit.MONTH:
            return add_months(starts_on, self.trial_count)
        return starts_on + timedelta(days=self.trial_count)

    def first_paid_on(self, starts_on: date) -> date:
        """The first day of a paid period: the end of a trial that a period ends with, else the start."""
        splits = any(charge.trial_splits and charge.recurs and not charge.is_metered for charge in self.charges)
        return (self.trial_until(starts_on) if splits else None) or starts_on


def phases_of(changes: Iterable[AgreedChange], *, timezone: str) -> tuple[Phase, ...]:
    """The phases that recorded changes come to: by the day from which each holds, of one day by their recording."""

    def order(change: AgreedChange) -> tuple[date, datetime, int]:
        begun = change.effective_at or day_begins(change.effective_from, time(), timezone)
        return change.effective_from, begun, change.change_id

    phases: list[Phase] = []
    plan_id, quantity = 0, Decimal(0)
    paused: Decimal | None = None
    charge_days: Mapping[int, date] = {}
    for change in sorted(changes, key=order):
        if change.plan_id:
            plan_id, charge_days = change.plan_id, change.charge_days or {}
        quantity = change.quantity if change.quantity is not None else quantity
        if change.kind == "PAUSE":
            paused = change.pause_percent or Decimal(0)
        elif change.kind == "RESUME":
            paused = None
        phases.append(Phase(change.effective_from, change.effective_at, plan_id, quantity, paused, charge_days))
    return tuple(phases)


def phase_on(phases: Iterable[Phase], day: date) -> Phase | None:
    """The last phase that has begun on a day."""
    begun = [phase for phase in phases if phase.starts_on <= day]
    return begun[-1] if begun else None


def day_begins(day: date, begins_at: time, timezone: str) -> datetime:
    """The instant at which a day begins, for days that begin at a time of day."""
    return datetime.combine(day, begins_at, ZoneInfo(timezone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class OwnDays:
    """The days of a subscription: civil ones; where seconds are counted they begin at its start's time of day."""

    timezone: str
    started_at: datetime | None
    in_seconds: bool

    @property
    def _begins_at(self) -> time:
        return self.started_at.astimezone(ZoneInfo(self.timezone)).time() if self.started_at else time()

    def moment(self, day: date, at: datetime | None) -> Moment:
        """Where a civil day, or an instant of it, lies."""
        if not self.in_seconds:
            return Moment(day)
        instant = at or day_begins(day, time(), self.timezone)
        begun = day_begins(day, self._begins_at, self.timezone)
        if instant < begun:
            day -= timedelta(days=1)
            begun = day_begins(day, self._begins_at, self.timezone)
        return Moment(day, int((instant - begun).total_seconds()))

    def end(self, moment: Moment) -> tuple[date, int]:
        """An end as an item stores it: the day before which it ends, and the seconds that it ends before that."""
        if not moment.seconds:
            return moment.day, 0
        next_day = moment.day + timedelta(days=1)
        length = day_begins(next_day, self._begins_at, self.timezone) - day_begins(
            moment.day, self._begins_at, self.timezone
        )
        return next_day, int(length.total_seconds()) - moment.seconds
