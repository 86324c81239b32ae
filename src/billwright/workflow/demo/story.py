"""The demo's history: companies founded, lived through by themselves, then their last weeks day by day as a group."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from billwright.kernel.acts import Act
from billwright.kernel.periods import add_months
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.workflow import bill_run
from billwright.workflow.demo import people, staff
from billwright.workflow.demo.cast import COMPANIES
from billwright.workflow.demo.life import (
    OPENED_BEFORE,
    Life,
    Say,
    bill,
    days,
    fetch,
    has_work,
    is_run_day,
    live,
    rows_of,
)
from billwright.workflow.demo.rooms import ROOMS, Room, Scene

SEED = 20_260_131
ACCOUNT_COUNT = 2000
MONTH_COUNT = 14
# As many as the smallest machine has cores; documents get the same numbers with any.
CONNECTION_COUNT = 2
Progress = Callable[[int, int, str], None]
# Who lets companies live from a day until another, and hands back what they have become.
Abreast = Callable[[Sequence[Life], date, date, Say], Sequence[Life]]


@dataclass(frozen=True, slots=True)
class TieOut:
    """One entity and currency: control accounts beside sub-ledgers, in minor units. All differences are zero."""

    entity: str
    currency: str
    document_count: int
    billed_minor: int
    receivables_minor: int
    open_items_minor: int
    unallocated_control_minor: int
    unallocated_minor: int
    trial_balance_minor: int

    @property
    def ties(self) -> bool:
        return (
            self.receivables_minor == self.open_items_minor
            and self.unallocated_control_minor == self.unallocated_minor
            and self.trial_balance_minor == 0
        )


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was loaded."""

    first_day: date
    last_day: date
    account_count: int
    subscription_count: int
    payment_count: int
    tie_outs: tuple[TieOut, ...]


@dataclass(slots=True)
class _Group:
    """The running state of the companies together, and what their desks leave for one another."""

    actor: str
    first_day: date
    last_day: date
    rooms: Sequence[tuple[int, Room]]
    further_rooms: Sequence[tuple[int, Room]]
    lives: Sequence[Life] = ()
    staff: dict[str, str] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)
    balances: dict[str, list[Decimal]] = field(default_factory=dict)
    notes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 -- a story, not a secret

    @property
    def desks_from(self) -> date:
        """The first day on which a desk works; a story too short for it begins with it."""
        before = max(before for before, _room in (*self.rooms, *self.further_rooms))
        return max(self.last_day - timedelta(days=before), self.first_day)


def in_turn(lives: Sequence[Life], first: date, until: date, say: Say) -> Sequence[Life]:
    """One company after the other, each day, in this process."""
    live(lives, first, until, say)
    return lives


def load_demo(
    *,
    actor: str,
    last_day: date,
    progress: Progress,
    account_count: int = ACCOUNT_COUNT,
    months: int = MONTH_COUNT,
    further_rooms: Sequence[tuple[int, Room]] = (),
    abreast: Abreast = in_turn,
) -> DemoReport:
    """Make the demo book up to `last_day` in an empty installation. `progress(done, all, what)` is called as it goes.

    `further_rooms` are rooms that need what lies above this one, such as a gateway; each by how many days before the
    end, outside a transaction. `abreast` may let the companies live at once: the book is the same.
    Must be called outside a transaction: runs commit per shard, as they do in life.
    """
    first_day = add_months(last_day.replace(day=1), 1 - months)
    group = _Group(actor, first_day, last_day, ROOMS, further_rooms)
    _found(group, account_count)

    def say(day: date) -> None:
        progress((day - first_day).days, (last_day - first_day).days + 1, f"Living through {day:%d %b %Y}")

    group.lives = abreast(group.lives, first_day, group.desks_from, say)
    _live_together(group, say)
    progress(1, 1, "Checking the books")
    assert_sub_ledger_ties()
    return DemoReport(
        first_day=first_day,
        last_day=last_day,
        account_count=sum(len(life.book.members) for life in group.lives),
        subscription_count=sum(life.subscription_count for life in group.lives),
        payment_count=sum(life.payment_count for life in group.lives),
        tie_outs=tuple(TieOut(*row) for row in rows_of("tie_out", {})),
    )


def _found(group: _Group, account_count: int) -> None:
    """The companies, and the people who work for them."""
    day = group.first_day - OPENED_BEFORE
    act = Act(actor=group.actor, at=datetime.combine(day, time(9), UTC), reason="demo")
    with transaction.atomic():
        people.define_meters(act=act)
        books = [
            people.found(
                company,
                act=act,
                rng=random.Random(f"{SEED} {company.code}"),  # noqa: S311 -- a story too
                first_day=group.first_day,
                last_day=group.last_day,
            )
            for company in COMPANIES
        ]
        group.staff = staff.hire(act=act)
        currencies = sorted({company.currency for company in COMPANIES})
        staff.set_limits(act=act, currencies=currencies, valid_from=group.first_day)
    count = account_count // len(books)
    group.lives = [Life(book, group.actor, group.staff["first"], account_count=count) for book in books]


def _live_together(group: _Group, say: Say) -> None:
    """The last weeks, day by day: one run bills the group, and every desk does its work."""
    with bill_run.Connections(CONNECTION_COUNT) as connections:
        for day in days(group.desks_from, group.last_day + timedelta(days=1)):
            rooms, further_rooms = (_rooms_on(group, day, rooms) for rooms in (group.rooms, group.further_rooms))
            if not (rooms or further_rooms or any(has_work(life, day) for life in group.lives)):
                continue
            say(day)
            if any(is_run_day(life, day) for life in group.lives):
                bill(group.lives, day, connections=connections)
            for room in rooms:
                with transaction.atomic():
                    room(_scene(group, day))
            for room in further_rooms:
                room(_scene(group, day))
            for life in group.lives:
                fetch(life, day)


def _rooms_on(group: _Group, day: date, rooms: Sequence[tuple[int, Room]]) -> list[Room]:
    return [room for before, room in rooms if max(group.last_day - timedelta(days=before), group.first_day) == day]


def _scene(group: _Group, day: date) -> Scene:
    books = {life.book.company.code: life.book for life in group.lives}
    return Scene(
        day=day,
        first_day=group.first_day,
        rng=group.chance,
        actor=group.actor,
        approver=group.staff["first"],
        entities={code: book.entity for code, book in books.items()},
        accounts={code: list(book.members) for code, book in books.items()},
        taken=group.taken,
        balances=group.balances,
        notes=group.notes,
        staff=group.staff,
        forget=lambda account_id: _forget(group, account_id),
    )


def _forget(group: _Group, account_id: int) -> None:
    [life] = [life for life in group.lives if account_id in life.book.members]
    life.forget(account_id)
