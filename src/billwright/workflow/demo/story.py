"""The demo's history, day by day: orders, bill runs, payments, corrections. Days without work are skipped."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.kernel.periods import add_months
from billwright.kernel.sql import step
from billwright.payments.states import PaymentMethod
from billwright.receivables.queries import assert_sub_ledger_ties
from billwright.receivables.states import AllocationPolicy
from billwright.subscriptions.operations import subscribe_many
from billwright.workflow import bill_run, payment_intake
from billwright.workflow.demo import cases, people, staff
from billwright.workflow.demo.cases import Desk, NewItem
from billwright.workflow.demo.cast import COMPANIES, Payer
from billwright.workflow.demo.people import Book, Member
from billwright.workflow.demo.readings import Counter, counters_of, read
from billwright.workflow.demo.rooms import ROOMS, Room, Scene
from billwright.workflow.payment_intake import ReceiptIn, ReceiptOut, StatedPart

PACKAGE = "billwright.workflow.demo"
SEED = 20_260_131
ACCOUNT_COUNT = 2000
MONTH_COUNT = 14
# As many as the smallest machine has cores; documents get the same numbers with any.
CONNECTION_COUNT = 2
RUN_DAYS = frozenset({1, 15})
# The bank file is fetched once a week, on Wednesdays.
BANK_DAYS = frozenset({2})
METHODS = (PaymentMethod.BANK_TRANSFER, PaymentMethod.BANK_TRANSFER, PaymentMethod.DIRECT_DEBIT, PaymentMethod.CARD)
Progress = Callable[[int, int, str], None]
# Who pays in a way of his own from some day on: what a desk has agreed with him.
BY_ARRANGEMENT = Payer("by_arrangement", 0, (0, 0), percent=0)


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
class _Story:
    """The running state of the history."""

    book: Book
    actor: str
    connections: bill_run.Connections
    further_rooms: Sequence[tuple[int, Room]] = ()
    payments: dict[date, list[ReceiptIn]] = field(default_factory=lambda: defaultdict(list))
    staff: dict[str, str] = field(default_factory=dict)
    last_item_id: int = 0
    price_is_raised: bool = False
    subscription_ids: list[int] = field(default_factory=list)
    upgradable_ids: list[int] = field(default_factory=list)
    paused_ids: list[int] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)
    read_until: date | None = None
    subscription_count: int = 0
    payment_count: int = 0
    taken: set[int] = field(default_factory=set)
    balances: dict[str, list[Decimal]] = field(default_factory=dict)
    notes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(SEED + 1))  # noqa: S311 -- a story too

    def act(self, day: date, *, reason: str = "demo") -> Act:
        return Act(actor=self.actor, at=datetime.combine(day, time(9), UTC), reason=reason)


def load_demo(
    *,
    actor: str,
    last_day: date,
    progress: Progress,
    account_count: int = ACCOUNT_COUNT,
    months: int = MONTH_COUNT,
    further_rooms: Sequence[tuple[int, Room]] = (),
) -> DemoReport:
    """Make the demo book up to `last_day` in an empty installation. `progress(done, all, what)` is called as it goes.

    `further_rooms` are rooms that need what lies above this one, such as a gateway; each by how many days before the
    end, outside a transaction.
    Must be called outside a transaction: runs commit per shard, as they do in life.
    """
    first_day = add_months(last_day.replace(day=1), 1 - months)
    book = Book(rng=random.Random(SEED), first_day=first_day, last_day=last_day)  # noqa: S311 -- a story, not a secret
    with bill_run.Connections(CONNECTION_COUNT) as connections:
        story = _Story(book, actor, connections, further_rooms)
        _tell(story, account_count, progress)
    assert_sub_ledger_ties()
    return DemoReport(
        first_day=first_day,
        last_day=last_day,
        account_count=len(book.members),
        subscription_count=story.subscription_count,
        payment_count=story.payment_count,
        tie_outs=tuple(TieOut(*row) for row in _rows("tie_out", {})),
    )


def _tell(story: _Story, account_count: int, progress: Progress) -> None:
    """Found the companies and live through all days."""
    book, first_day, last_day = story.book, story.book.first_day, story.book.last_day
    day_count = (last_day - first_day).days + 1
    founding = story.act(first_day - timedelta(days=20))
    with transaction.atomic():
        people.found_companies(book, act=founding)
        people.gather_accounts(book, act=founding, count=account_count)
        story.staff = staff.hire(act=founding)
        currencies = sorted({company.currency for company in COMPANIES})
        staff.set_limits(act=founding, currencies=currencies, valid_from=first_day)
    ordered_until = first_day - timedelta(days=1)
    for number in range(day_count):
        day = first_day + timedelta(days=number)
        if not _has_work(story, day):
            continue
        progress(number, day_count, f"Living through {day:%d %b %Y}")
        if _is_run_day(story, day):
            _order(story, ordered_until + timedelta(days=1), day)
            ordered_until = day
        _live_through(story, day)
    progress(day_count, day_count, "Checking the books")


def _rows(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        return [tuple(row) for row in step(PACKAGE, name).rows(cursor, parameters)]


def _is_run_day(story: _Story, day: date) -> bool:
    """On the last day too, so that the book is billed up to the day on which it is opened."""
    return day.day in RUN_DAYS or day == story.book.last_day


def _has_work(story: _Story, day: date) -> bool:
    return (
        _is_run_day(story, day)
        or bool(_rooms_on(story, day, (*ROOMS, *story.further_rooms)))
        or (day.weekday() in BANK_DAYS and bool(_arrived(story, day)))
    )


def _rooms_on(story: _Story, day: date, rooms: Sequence[tuple[int, Room]]) -> list[Room]:
    """What the desks do on a day; a story too short for it begins with it."""
    first, last = story.book.first_day, story.book.last_day
    return [room for before, room in rooms if max(last - timedelta(days=before), first) == day]


def _scene(story: _Story, day: date) -> Scene:
    accounts: dict[str, list[int]] = defaultdict(list)
    for member in story.book.members.values():
        accounts[member.company.code].append(member.account_id)
    return Scene(
        day=day,
        first_day=story.book.first_day,
        rng=story.chance,
        actor=story.actor,
        approver=story.staff["first"],
        entities=story.book.entities,
        accounts=accounts,
        taken=story.taken,
        balances=story.balances,
        notes=story.notes,
        staff=story.staff,
        forget=lambda account_id: _forget(story, account_id),
    )


def _forget(story: _Story, account_id: int) -> None:
    """From now on the account pays as a desk has agreed with it, and not as it had planned."""
    story.book.members[account_id].payer = BY_ARRANGEMENT
    for when, receipts in story.payments.items():
        story.payments[when] = [receipt for receipt in receipts if receipt.account_id != account_id]


def _arrived(story: _Story, day: date) -> list[date]:
    return sorted(when for when in story.payments if when <= day)


def _order(story: _Story, first: date, last: date) -> None:
    rows = people.orders(story.book, day=first, last_day=last)
    if rows:
        with transaction.atomic():
            made = subscribe_many(act=story.act(last), rows=tuple(rows))
        story.subscription_count += len(made)
        story.upgradable_ids += [row.id for row in made if row.plan_code == cases.SMALL_PLAN]
        story.subscription_ids += [row.id for row in made if row.plan_code != cases.SMALL_PLAN]
        story.counters += counters_of(made)


def _live_through(story: _Story, day: date) -> None:
    if _is_run_day(story, day):
        _read_meters(story, day)
        bill_run.run_bill_run(act=story.act(day), as_of=day, connections=story.connections)
        items = _plan_payments(story, day)
        if day.day == 1:
            _work_on(story, day, items)
    for room in _rooms_on(story, day, ROOMS):
        with transaction.atomic():
            room(_scene(story, day))
    for room in _rooms_on(story, day, story.further_rooms):
        room(_scene(story, day))
    if day.weekday() in BANK_DAYS:
        _take_receipts(story, day)


def _take_receipts(story: _Story, day: date) -> None:
    receipts = [receipt for when in _arrived(story, day) for receipt in story.payments.pop(when)]
    if receipts:
        with transaction.atomic():
            answers = payment_intake.receive_payments(
                act=story.act(day), receipts=tuple(receipts), policy=AllocationPolicy.OLDEST_FIRST
            )
            _send_back(story, day, answers)
        story.payment_count += len(receipts)


def _read_meters(story: _Story, day: date) -> None:
    """Take in what the meters read since the last run."""
    since = story.read_until or story.book.first_day
    with transaction.atomic():
        read(story.counters, act=story.act(day), rng=story.book.rng, since=since, until=day)
    story.read_until = day


def _desk(story: _Story, day: date, items: list[NewItem]) -> Desk:
    approver = Act(actor=story.staff["first"], at=story.act(day).at, reason="Checked")
    return Desk(story.book, lambda reason: story.act(day, reason=reason), approver, day, items)


def _work_on(story: _Story, day: date, items: list[NewItem]) -> None:
    desk = _desk(story, day, items)
    with transaction.atomic():
        cases.work_through(desk)
        if story.subscription_ids:
            chosen = story.book.rng.sample(story.subscription_ids, min(4, len(story.subscription_ids)))
            story.subscription_ids = [one for one in story.subscription_ids if one not in chosen]
            cases.change_contracts(desk, subscription_ids=chosen)
        _grow_and_rest(story, desk)
        if not story.price_is_raised and day - story.book.first_day > cases.PRICE_RISE_AFTER:
            cases.raise_price(desk)
            story.price_is_raised = True


def _grow_and_rest(story: _Story, desk: Desk) -> None:
    """Some take a larger plan in the middle of their period; some rest for a month or so."""
    growing = story.book.rng.sample(story.upgradable_ids, min(2, len(story.upgradable_ids)))
    story.upgradable_ids = [one for one in story.upgradable_ids if one not in growing]
    cases.upgrade(desk, subscription_ids=growing)
    cases.resume(desk, subscription_ids=story.paused_ids)
    story.paused_ids = story.upgradable_ids[:1]
    story.upgradable_ids = story.upgradable_ids[1:]
    cases.pause(desk, subscription_ids=story.paused_ids)


def _send_back(story: _Story, day: date, answers: Sequence[ReceiptOut]) -> None:
    """Three receipts in a thousand are returned; every other payment that came twice is refunded."""
    desk = _desk(story, day, [])
    for number, answer in enumerate(answers):
        chance = story.book.rng.random()
        if chance < 0.003 and not answer.unallocated:
            cases.return_receipt(desk, payment_id=answer.payment_id)
        elif number and answer.unallocated == answer.amount and chance > 0.5:
            cases.refund_duplicate(desk, cash_id=answer.cash_id, amount=answer.unallocated)


def _plan_payments(story: _Story, day: date) -> list[NewItem]:
    rows = [NewItem(*row) for row in _rows("new_open_items", {"after_id": story.last_item_id})]
    story.last_item_id = max([story.last_item_id, *(row.item_id for row in rows)])
    # An account that a desk has opened is no member: the desk says how it pays.
    items = [row for row in rows if row.account_id in story.book.members]
    for item in items:
        _plan(story, story.book.members[item.account_id], day, item)
    return items


def _plan(story: _Story, member: Member, day: date, item: NewItem) -> None:
    rng, habit = story.book.rng, member.payer
    due, number, item_id = item.due_date, item.number, item.item_id
    paid = Money(item.open_minor * habit.percent // 100, item.currency)
    if not paid:
        return
    # Nobody pays before the day after the bill; one in four pays without saying what for.
    when = max(due + timedelta(days=rng.randint(*habit.days)), day + timedelta(days=1))
    stated = (StatedPart(open_item_id=item_id, amount=None),) if rng.random() < 0.75 else ()
    for count in range(2 if habit.twice and rng.random() < 0.15 else 1):
        story.payments[when + timedelta(days=count)].append(
            ReceiptIn(
                source="demo-bank",
                source_key=f"{item_id}-{count}",
                amount=paid,
                value_date=when + timedelta(days=count),
                method=rng.choice(METHODS),
                account_id=member.account_id,
                reference=number if stated else "",
                text=f"Payment {number}" if stated else "Payment, thank you",
                stated=stated,
            )
        )
