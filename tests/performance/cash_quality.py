"""How right matching is: a generated year of receipts with the noise that payers, banks and scanners make.

Each kind of noise is a function of its own with its own seed; what each receipt pays is known. Month by month invoices
are issued, receipts come, matching runs, and a person who knows the truth answers the queue: right proposals are
accepted, all else is allocated as it should be. The first half of the year teaches; only the second is measured.
"""

import argparse
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection, transaction
from tests.performance.server import BenchServer, report
from tests.performance.worlds import run_file

from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.ledger.tests.builders import make_books
from billwright.project.runtime.postgres import OWNER_ROLE
from billwright.receivables import operations as receivables
from billwright.receivables.match_rows import MatchRow, MatchRuleIn
from billwright.receivables.queries import list_matches, list_queue, untied
from billwright.receivables.states import MatchState
from billwright.workflow import cash_application
from billwright.workflow.cash_application import ChosenItem, Wanted
from billwright.workflow.cash_application.precision import History, wilson
from billwright.workflow.payment_intake import ReceiptIn, receive_payments

SEED = 20250101
MEASURED_FROM = 7
FEE_MINOR = 1500


@dataclass(frozen=True)
class Owed:
    """What an account owes: its items of one month, the number, amounts in minor units."""

    item_id: int
    account_id: int
    number: str
    minor: int
    name: str


@dataclass(frozen=True)
class Paid:
    """A receipt as the bank tells it, and the items that it pays in truth."""

    kind: str
    minor: int
    text: str
    payer: str
    truth: tuple[int, ...]


def clean(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, f"payment {owed.number}", owed.name


def spaces(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, f"inv {owed.number[4:8]} {owed.number[9:12]} {owed.number[12:]}", owed.name


def look_alikes(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, owed.number.replace("0", "O").replace("1", "l"), owed.name


def without_prefix(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, f"hosting {owed.number[9:]}", owed.name


def scanned(owed: Owed, _other: Owed, chance: random.Random) -> tuple[int, str, str]:
    """One sign misread as another that does not look like it."""
    place = chance.randrange(9, len(owed.number))
    return owed.minor, f"{owed.number[:place]}{chance.choice('47')}{owed.number[place + 1 :]}", owed.name


def cut_off(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, f"payment {owed.number[:-3]}", owed.name


def fee_kept(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor - FEE_MINOR, f"{owed.number} less charges", owed.name


def in_part(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor // 2, f"part of {owed.number}", owed.name


def too_much(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor + 5000, owed.number, owed.name


def third_party(owed: Owed, other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, f"for {owed.number}", other.name


def account_number(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, f"acc A{owed.account_id}", ""


def name_alone(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, "monthly transfer", f"{owed.name} PTY LTD"


def two_named(owed: Owed, other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    """One deposit for two customers, both numbers in the text."""
    return owed.minor + other.minor, f"{owed.number} + {other.number}", owed.name


def two_unnamed(owed: Owed, other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    """The same, and only the first number."""
    return owed.minor + other.minor, f"{owed.number} and others", owed.name


def nothing_said(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    return owed.minor, "transfer", ""


def digits_in_part(owed: Owed, _other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    """Half of it, by digits alone, from nobody known."""
    return owed.minor // 2, owed.number[9:], ""


def order_number(owed: Owed, other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    """The payer's own number of the order happens to be the digits of another customer's document."""
    return owed.minor, f"order {other.number[9:]}", owed.name


def order_alone(owed: Owed, other: Owed, _chance: random.Random) -> tuple[int, str, str]:
    """The same, and no name of a payer."""
    return owed.minor, f"order {other.number[9:]}", ""


Noise = Callable[[Owed, Owed, random.Random], tuple[int, str, str]]
# The parts per hundred of receipts are a judgement, not a measurement: the rates are told for each kind alone.
NOISES: tuple[tuple[Noise, int], ...] = (
    (clean, 24), (two_named, 4), (two_unnamed, 2), (spaces, 8), (look_alikes, 5), (without_prefix, 8), (scanned, 5),
    (cut_off, 4), (fee_kept, 5), (in_part, 4), (too_much, 3), (third_party, 4), (account_number, 6), (name_alone, 10),
    (nothing_said, 4), (digits_in_part, 1), (order_number, 2), (order_alone, 1),
)  # fmt: skip
DOUBLES = (two_named, two_unnamed)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="cash-quality")
    parser.add_argument("--accounts", type=int, default=1000)
    asked = parser.parse_args(arguments)
    assert asked.accounts < 10_000, "numbers of a month have four places"
    with BenchServer().running() as server:
        world, template = f"cash_quality_{asked.accounts}", server.template()
        server.drop(world)
        server.server.sql(f"create database {world} template {template} strategy file_copy owner {OWNER_ROLE}")
        with server.connected_to(world, role=OWNER_ROLE):
            play(asked.accounts)
        server.drop(world)


def play(accounts: int) -> None:
    with transaction.atomic():
        books = make_books("KAROO", first=date(2025, 1, 1), last=date(2026, 12, 31), currency="ZAR")
    run_file("load_accounts", accounts=accounts)
    run_file("name_accounts", after=0)
    rule = MatchRuleIn(
        legal_entity_id=books.id, currency="ZAR", valid_from=date(2025, 1, 1), tolerance=Money(2000, "ZAR"),
        is_deciding=True,
    )  # fmt: skip
    with transaction.atomic():
        receivables.set_match_rule(act=act_on(1), rule=rule)
    tally: dict[str, Counter[str]] = {}
    for month in range(1, 13):
        run_file("load_month", month=month)
        truth = receive(month, books.id)
        seen = match(month)
        if month >= MEASURED_FROM:
            count(tally, truth, seen)
        answer(month, truth)
    assert not untied()
    tell(tally)


def act_on(month: int) -> Act:
    return Act(actor="user:0", at=datetime(2025, month, 20, 12, tzinfo=UTC), reason="truth")


def receive(month: int, legal_entity_id: int) -> dict[int, Paid]:
    """The receipts of a month, one an account, each with one kind of noise; returns the truth by payment."""
    chance = random.Random(SEED + month)
    with connection.cursor() as cursor:
        cursor.execute(
            "select i.id, i.account_id, v.number, i.open_minor, c.name from receivables_open_item as i"
            " inner join invoicing_invoice as v on v.id = i.invoice_id"
            " inner join accounts_billing_account as a on a.id = i.account_id"
            " inner join accounts_customer as c on c.id = a.customer_id"
            " where i.id / 1000000 = %s order by i.id",
            [month],
        )
        owed = [Owed(*row) for row in cursor.fetchall()]
    kinds, parts = zip(*NOISES, strict=True)
    paid: list[Paid] = []
    waiting = list(owed)
    while waiting:
        one, noise = waiting.pop(0), chance.choices(kinds, parts)[0]
        # A receipt for two pays what the other customer owes too: that one sends none of his own.
        is_double = noise in DOUBLES and bool(waiting)
        other = waiting.pop(chance.randrange(len(waiting))) if is_double else chance.choice(owed)
        if noise in DOUBLES and not is_double:
            noise = clean
        minor, text, payer = noise(one, other, chance)
        truth = (one.item_id, other.item_id) if is_double else (one.item_id,)
        paid.append(Paid(noise.__name__, minor, text, payer, truth))
    receipts = [
        ReceiptIn(
            source="year", source_key=f"{month}-{place}", amount=Money(one.minor, "ZAR"),
            value_date=date(2025, month, 15), legal_entity_id=legal_entity_id, text=one.text, payer_name=one.payer,
        )
        for place, one in enumerate(paid)
    ]  # fmt: skip
    with transaction.atomic():
        answers = receive_payments(act=act_on(month), receipts=receipts, policy=None)
    return {row.payment_id: one for row, one in zip(answers, paid, strict=True)}


def match(month: int) -> dict[int, MatchRow]:
    """Run matching over the month's receipts; what it found, by payment."""
    with transaction.atomic():
        cash_application.refresh_keys()
        cash_application.match_batch(
            act=act_on(month), run_key=f"month {month}", wanted=Wanted(limit=20_000), on=date(2025, month, 20)
        )
    rows = list_matches(limit=1_000_000)
    return {row.payment_id: row for row in rows if row.value_date == date(2025, month, 15)}


def is_right(row: MatchRow, truth: Paid) -> bool:
    return {item.open_item_id for item in row.items} == set(truth.truth)


def count(tally: dict[str, Counter[str]], truth: dict[int, Paid], seen: dict[int, MatchRow]) -> None:
    for payment_id, one in truth.items():
        row, kind = seen[payment_id], tally.setdefault(one.kind, Counter())
        kind["receipts"] += 1
        way = "posted" if row.state == MatchState.ACCEPTED else "proposed" if row.items else "nothing"
        kind[way if way == "nothing" else f"{way} {'right' if is_right(row, one) else 'wrong'}"] += 1


def answer(month: int, truth: dict[int, Paid]) -> None:
    """The queue as a person works it who knows what every receipt pays; what posted wrongly is taken back first."""
    act = act_on(month)
    for row in list_matches(payment_ids=list(truth), limit=1_000_000):
        if row.state == MatchState.ACCEPTED and not is_right(row, truth[row.payment_id]):
            with transaction.atomic():
                cash_application.undo_match(act=act, match_id=row.match_id, on=date(2025, month, 20))
    # Rests of earlier months wait on: nobody can say what they are for.
    while rows := [row for row in list_queue(limit=500) if row.payment_id in truth]:
        for row in rows:
            one = truth[row.payment_id]
            with transaction.atomic():
                if row.items and is_right(row, one):
                    cash_application.accept_matches(act=act, match_ids=[row.match_id])
                    continue
                cash_application.accept_other(act=act, match_id=row.match_id, items=as_it_is(one))


def as_it_is(one: Paid) -> list[ChosenItem]:
    """What a receipt pays in truth, as far as it is open and the money reaches."""
    left, items = one.minor, []
    for item_id, open_minor in zip(one.truth, open_of(one.truth), strict=True):
        amount = min(left, open_minor)
        if amount:
            items.append(ChosenItem(open_item_id=item_id, amount=Money(amount, "ZAR")))
        left -= amount
    return items


def open_of(item_ids: tuple[int, ...]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select id, open_minor from receivables_open_item where id = any(%s)", [list(item_ids)])
        found = dict(cursor.fetchall())
    return [int(found[item_id]) for item_id in item_ids]


def tell(tally: dict[str, Counter[str]]) -> None:
    """One line of JSON a kind of noise, and one for all."""
    total: Counter[str] = sum(tally.values(), Counter())
    for kind, counts in [*sorted(tally.items()), ("ALL", total)]:
        posted = History(counts["posted right"], counts["posted wrong"])
        proposed = History(counts["proposed right"], counts["proposed wrong"])
        interval = wilson(posted)
        report(
            name=f"cash-quality {kind}", receipts=counts["receipts"],
            posted_rate=round(posted.count / counts["receipts"], 4), posted_wrong=posted.wrong,
            posted_precision=round(interval.share, 4), interval=[round(interval.lower, 4), round(interval.upper, 4)],
            proposed_right=proposed.right, proposed_wrong=proposed.wrong,
            recall=round((posted.right + proposed.right) / counts["receipts"], 4),
        )  # fmt: skip
