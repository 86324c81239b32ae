"""A company's history, day by day: orders, bill runs, payments, corrections. Days without work are skipped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.payments.states import PaymentMethod
from billwright.receivables.states import AllocationPolicy
from billwright.subscriptions.operations import subscribe_many
from billwright.workflow import bill_run, payment_intake
from billwright.workflow.demo import cases, people
from billwright.workflow.demo.cases import Desk, NewItem
from billwright.workflow.demo.cast import Payer
from billwright.workflow.demo.people import Book, Member
from billwright.workflow.demo.readings import Counter, counters_of, read
from billwright.workflow.payment_intake import ReceiptIn, ReceiptOut, StatedPart
from billwright.workflow.revenue_recognition import recognize_revenue

PACKAGE = "billwright.workflow.demo"
# How long before its first day a company opens its accounts.
OPENED_BEFORE = timedelta(days=20)
# The days of a month on which the bank file is fetched.
BANK_DAYS = frozenset({6, 16, 26})
METHODS = (PaymentMethod.BANK_TRANSFER, PaymentMethod.BANK_TRANSFER, PaymentMethod.DIRECT_DEBIT, PaymentMethod.CARD)
# Who pays in a way of his own from some day on: what a desk has agreed with him.
BY_ARRANGEMENT = Payer("by_arrangement", 0, (0, 0), percent=0)
Say = Callable[[date], None]


@dataclass(slots=True)
class Life:
    """The running state of a company's history. It holds no connection: a process may live it and hand it on."""

    book: Book
    actor: str
    approver: str
    account_count: int = 0
    payments: dict[date, list[ReceiptIn]] = field(default_factory=dict)
    last_item_id: int = 0
    price_is_raised: bool = False
    subscription_ids: list[int] = field(default_factory=list)
    upgradable_ids: list[int] = field(default_factory=list)
    paused_ids: list[int] = field(default_factory=list)
    counters: list[Counter] = field(default_factory=list)
    run_on: date | None = None
    subscription_count: int = 0
    payment_count: int = 0

    def act(self, day: date, *, reason: str = "demo") -> Act:
        return Act(actor=self.actor, at=datetime.combine(day, time(9), UTC), reason=reason)

    def forget(self, account_id: int) -> None:
        """From now on the account pays as a desk has agreed with it, and not as it had planned."""
        self.book.members[account_id].payer = BY_ARRANGEMENT
        for when, receipts in self.payments.items():
            self.payments[when] = [receipt for receipt in receipts if receipt.account_id != account_id]


def live(lives: Sequence[Life], first: date, until: date, say: Say) -> None:
    """Let companies live through the days from one to another, which is left out; each bills by itself.

    A company that has no accounts yet gathers them first.
    Must be called outside a transaction: runs commit, as they do in life.
    """
    for life in lives:
        _gather(life)
    for day in days(first, until):
        busy = [life for life in lives if has_work(life, day)]
        if busy:
            say(day)
        for life in busy:
            if is_run_day(life, day):
                bill([life], day)
            fetch(life, day)


def days(first: date, until: date) -> list[date]:
    """The days from one to another, which is left out."""
    return [first + timedelta(days=number) for number in range((until - first).days)]


def has_work(life: Life, day: date) -> bool:
    return is_run_day(life, day) or (day.day in BANK_DAYS and bool(_arrived(life, day)))


def is_run_day(life: Life, day: date) -> bool:
    """On the last day too, so that the book is billed up to the day on which it is opened."""
    return day.day in life.book.company.run_days or day == life.book.last_day


def bill(lives: Sequence[Life], day: date, *, connections: int | bill_run.Connections = 1) -> None:
    """One bill run for companies: what was ordered and read before it, and what comes of it."""
    for life in lives:
        _order(life, day)
        _read_meters(life, day)
        life.run_on = day
    first, *others = lives
    bill_run.run_bill_run(
        act=first.act(day),
        as_of=day,
        legal_entity_id=None if others else first.book.entity.id,
        connections=connections,
    )
    for life in lives:
        items = _plan_payments(life, day)
        if day.day == 1:
            _work_on(life, day, items)


def fetch(life: Life, day: date) -> None:
    """On the day for it, take in what came to the company's bank; some of it goes back."""
    if day.day not in BANK_DAYS:
        return
    receipts = [receipt for when in _arrived(life, day) for receipt in life.payments.pop(when)]
    if receipts:
        with transaction.atomic():
            answers = payment_intake.receive_payments(
                act=life.act(day), receipts=tuple(receipts), policy=AllocationPolicy.OLDEST_FIRST
            )
            _send_back(life, day, answers)
        life.payment_count += len(receipts)


def rows_of(name: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a step of the demo reads."""
    with connection.cursor() as cursor:
        return [tuple(row) for row in step(PACKAGE, name).rows(cursor, parameters)]


def _gather(life: Life) -> None:
    """The accounts that a company begins with, opened before its first day."""
    if not life.book.members and life.account_count:
        with transaction.atomic():
            act = life.act(life.book.first_day - OPENED_BEFORE)
            people.gather_accounts(life.book, act=act, count=life.account_count)


def _arrived(life: Life, day: date) -> list[date]:
    return sorted(when for when in life.payments if when <= day)


def _order(life: Life, day: date) -> None:
    """The subscriptions that began since the last run."""
    since = life.run_on + timedelta(days=1) if life.run_on else life.book.first_day
    rows = people.orders(life.book, day=since, last_day=day)
    if rows:
        with transaction.atomic():
            made = subscribe_many(act=life.act(day), rows=tuple(rows))
        life.subscription_count += len(made)
        life.upgradable_ids += [row.id for row in made if row.plan_code == cases.SMALL_PLAN]
        life.subscription_ids += [row.id for row in made if row.plan_code != cases.SMALL_PLAN]
        life.counters += counters_of(made)


def _read_meters(life: Life, day: date) -> None:
    """Take in what the meters read since the last run."""
    since = life.run_on or life.book.first_day
    with transaction.atomic():
        read(life.counters, act=life.act(day), rng=life.book.rng, since=since, until=day)


def _desk(life: Life, day: date, items: list[NewItem]) -> Desk:
    approver = Act(actor=life.approver, at=life.act(day).at, reason="Checked")
    return Desk(life.book, lambda reason: life.act(day, reason=reason), approver, day, items)


def _work_on(life: Life, day: date, items: list[NewItem]) -> None:
    desk = _desk(life, day, items)
    with transaction.atomic():
        cases.work_through(desk)
        if life.subscription_ids:
            chosen = life.book.rng.randrange(len(life.subscription_ids))
            cases.change_contract(desk, subscription_id=life.subscription_ids.pop(chosen))
        _grow_and_rest(life, desk)
        if not life.price_is_raised and day - life.book.first_day > cases.PRICE_RISE_AFTER:
            cases.raise_price(desk)
            life.price_is_raised = True
        # What the month before has brought of what was billed ahead.
        month = day - timedelta(days=1)
        recognize_revenue(act=life.act(day), legal_entity_id=life.book.entity.id, month=month)


def _grow_and_rest(life: Life, desk: Desk) -> None:
    """Some take a larger plan in the middle of their period; some rest for a month or so."""
    growing = life.book.rng.sample(life.upgradable_ids, min(2, len(life.upgradable_ids)))
    life.upgradable_ids = [one for one in life.upgradable_ids if one not in growing]
    cases.upgrade(desk, subscription_ids=growing)
    cases.resume(desk, subscription_ids=life.paused_ids)
    life.paused_ids = life.upgradable_ids[:1]
    life.upgradable_ids = life.upgradable_ids[1:]
    cases.pause(desk, subscription_ids=life.paused_ids)


def _send_back(life: Life, day: date, answers: Sequence[ReceiptOut]) -> None:
    """Three receipts in a thousand are returned; every other payment that came twice is refunded."""
    desk = _desk(life, day, [])
    for number, answer in enumerate(answers):
        chance = life.book.rng.random()
        if chance < 0.003 and not answer.unallocated:
            cases.return_receipt(desk, payment_id=answer.payment_id)
        elif number and answer.unallocated == answer.amount and chance > 0.5:
            cases.refund_duplicate(desk, cash_id=answer.cash_id, amount=answer.unallocated)


def _plan_payments(life: Life, day: date) -> list[NewItem]:
    """How the accounts will pay what they owe since the last run; returns what that is."""
    after = {"legal_entity_id": life.book.entity.id, "after_id": life.last_item_id}
    rows = [NewItem(*row) for row in rows_of("new_open_items", after)]
    life.last_item_id = max([life.last_item_id, *(row.item_id for row in rows)])
    # An account that a desk has opened is no member: the desk says how it pays.
    items = [row for row in rows if row.account_id in life.book.members]
    for item in items:
        _plan(life, life.book.members[item.account_id], day, item)
    return items


def _plan(life: Life, member: Member, day: date, item: NewItem) -> None:
    rng, habit = life.book.rng, member.payer
    due, number, item_id = item.due_date, item.number, item.item_id
    paid = Money(item.open_minor * habit.percent // 100, item.currency)
    if not paid:
        return
    # Nobody pays before the day after the bill; one in four pays without saying what for.
    when = max(due + timedelta(days=rng.randint(*habit.days)), day + timedelta(days=1))
    stated = (StatedPart(open_item_id=item_id, amount=None),) if rng.random() < 0.75 else ()
    for count in range(2 if habit.twice and rng.random() < 0.15 else 1):
        came = when + timedelta(days=count)
        life.payments.setdefault(came, []).append(
            ReceiptIn(
                # One source a company: those of a source are taken in one after the other.
                source=f"demo-bank-{life.book.company.code.lower()}",
                source_key=f"{item_id}-{count}",
                amount=paid,
                value_date=came,
                method=rng.choice(METHODS),
                account_id=member.account_id,
                reference=number if stated else "",
                text=f"Payment {number}" if stated else "Payment, thank you",
                stated=stated,
            )
        )
