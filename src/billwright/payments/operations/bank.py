"""Writes of the bank inbox: parts of the acts of `workflow.bank_inbox`; none of them is a verb."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.bulk import as_array, as_json
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.kernel.sql import step
from billwright.kernel.working_tables import empty_working_tables
from billwright.payments.models import BankEntry, BankStatement, BankStatementFile
from billwright.payments.ports import StatementEntry
from billwright.payments.queries.bank import bank_file_row, entry_row
from billwright.payments.rows import BankEntryRow, BankFileRow
from billwright.payments.states import BANK_ENTRY, BankEntryState, BankFileState

PACKAGE = "billwright.payments"
LINES_AT_ONCE = 5000
CONTENT_BITS = 256
# The columns of the working table of a statement's lines.
BANK_LINE = """place bigint, booking_date date, value_date date, currency text, amount_minor bigint,
    bank_reference text, end_to_end text, counterparty text, counterparty_account text, remittance text, code text,
    return_reason text, mandate text, digest text"""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Why a file is set aside."""

    code: str
    message: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What a taken file holds, and how much of it was new."""

    statement_count: int
    entry_count: int
    new_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementIn:
    """A statement to be written; its entries follow. `content` does not depend on their order."""

    bank_account_id: int
    number: str
    currency: str
    opening: Money | None
    closing: Money | None
    first_day: date | None
    last_day: date | None
    entry_count: int
    content: str


def digest_of(entry: StatementEntry, amount: Money) -> str:
    """The digest of everything that an entry says, its booking date apart, which stands beside it."""
    said = (
        str(amount),
        entry.value_date.isoformat() if entry.value_date else "",
        entry.bank_reference,
        entry.end_to_end,
        entry.counterparty,
        entry.counterparty_account,
        entry.remittance,
        entry.code,
    )
    return hashlib.sha256("\x1f".join(part or "" for part in said).encode()).hexdigest()


class Content:
    """The digest of many entries, whatever their order: their digests, with their days, added up."""

    def __init__(self) -> None:
        self._sum = 0

    def add(self, booking_date: date, digest: str) -> None:
        """Count an entry in."""
        one = hashlib.sha256(f"{booking_date.isoformat()}|{digest}".encode()).digest()
        self._sum = (self._sum + int.from_bytes(one, "big")) % 2**CONTENT_BITS

    def hexdigest(self) -> str:
        return f"{self._sum:064x}"


def set_aside(
    *, act: Act, stored_file_id: int, name: str, sha256: str, format_name: str, why: Quarantine
) -> BankFileRow:
    """Keep a file whose content is not taken, with the reason; once, however often it is sent for the same reason."""
    known = BankStatementFile.objects.filter(sha256=sha256, reason_code=why.code, reason=why.message).first()
    return bank_file_row(
        known
        or BankStatementFile.objects.create(
            stored_file_id=stored_file_id,
            name=name[:200],
            sha256=sha256,
            format=format_name,
            state=BankFileState.QUARANTINED,
            reason_code=why.code,
            reason=why.message,
            place=why.place[:120],
            taken_by=act.actor,
            taken_at=act.at,
        ),
        repeated=known is not None,
    )


def add_file(
    *, act: Act, file_id: int, stored_file_id: int, name: str, sha256: str, format_name: str, counts: FileCounts
) -> BankFileRow:
    """Write a taken file under an id that its statements already name; it is the last row of its transaction."""
    return bank_file_row(
        BankStatementFile.objects.create(
            id=file_id,
            stored_file_id=stored_file_id,
            name=name[:200],
            sha256=sha256,
            format=format_name,
            state=BankFileState.TAKEN,
            statement_count=counts.statement_count,
            entry_count=counts.entry_count,
            new_count=counts.new_count,
            taken_by=act.actor,
            taken_at=act.at,
        )
    )


def earlier_statement(wanted: StatementIn) -> BankStatement | None:
    """A statement of the same account that calls itself the same but holds something else.

    The same: the same number on overlapping days, or without a number the same days, count and opening balance.
    """
    if wanted.first_day is None:
        return None
    same_days = Q(first_day__lte=wanted.last_day, last_day__gte=wanted.first_day)
    if wanted.number:
        same = Q(number=wanted.number) & same_days
    else:
        opening = None if wanted.opening is None else wanted.opening.amount_minor
        same = Q(
            number="",
            first_day=wanted.first_day,
            last_day=wanted.last_day,
            entry_count=wanted.entry_count,
            opening_minor=opening,
        )
    others = BankStatement.objects.filter(same, bank_account_id=wanted.bank_account_id)
    return others.exclude(content=wanted.content).order_by("id").first()


def holds_all(*, earlier: BankStatement, keys: Mapping[tuple[date, str], int]) -> bool:
    """Whether all entries that an earlier statement brought are among those of `keys`, each as often."""
    brought = (
        BankEntry.objects.filter(statement=earlier).values_list("booking_date", "digest").annotate(count=Count("id"))
    )
    return sum(keys.values()) > earlier.entry_count and all(
        keys.get((day, digest), 0) >= count for day, digest, count in brought
    )


def format_before(*, bank_account_id: int, first_day: date | None, last_day: date | None, family: str) -> str | None:
    """Another family of formats that has told of the same account on the same days, or None.

    Two formats word the same entry differently, so their entries would not be known as the same.
    """
    if first_day is None:
        return None
    files = BankStatementFile.objects.filter(
        statements__bank_account_id=bank_account_id,
        statements__first_day__lte=last_day,
        statements__last_day__gte=first_day,
    ).exclude(format__startswith=family)
    return files.values_list("format", flat=True).first()


def _bordering(statement: BankStatement) -> set[int]:
    """Statements that share a day with it and are joined to it by balances, one after another.

    A numbered statement that ends with the balance with which another one begins does not overlap it: what is alike
    in both is two. Anything else may overlap, and what is alike is one.
    """
    moved = statement.opening_minor is not None and statement.opening_minor != statement.closing_minor
    if not moved or not statement.number or statement.first_day is None:
        return set()
    others = list(
        BankStatement.objects.filter(
            bank_account_id=statement.bank_account_id,
            first_day__lte=statement.last_day,
            last_day__gte=statement.first_day,
        )
        .exclude(opening_minor=statement.opening_minor, closing_minor=statement.closing_minor)
        .exclude(opening_minor__isnull=True)
        .exclude(number__in=("", statement.number))
    )
    others = [one for one in others if one.opening_minor != one.closing_minor]
    found: set[int] = set()
    for start, leaving, entering in (
        (statement.closing_minor, "opening_minor", "closing_minor"),
        (statement.opening_minor, "closing_minor", "opening_minor"),
    ):
        balance = start
        while following := next(
            (one for one in others if getattr(one, leaving) == balance and one.pk not in found), None
        ):
            found.add(following.pk)
            balance = getattr(following, entering)
    return found


def add_statement(*, file_id: int, wanted: StatementIn, entries: Iterable[tuple[StatementEntry, Money]]) -> int:
    """Write a statement and those of its entries that no other file has told; returns how many those are.

    The entries are taken in pieces and never held all at once.
    """
    statement = _statement(file_id, wanted)
    bordering = _bordering(statement)
    [statement.pk] = take_ids(table="payments_bank_statement", count=1)
    _stage(entries)
    with connection.cursor() as cursor:
        # The statement itself comes after its entries: it says how many of them were new.
        statement.new_count = step(PACKAGE, "add_bank_entries").run(
            cursor,
            {
                "bank_account_id": statement.bank_account_id,
                "statement_id": statement.pk,
                "bordering_ids": as_array(sorted(bordering)),
            },
        )
    statement.save(force_insert=True)
    return statement.new_count


def _stage(entries: Iterable[tuple[StatementEntry, Money]]) -> None:
    """Fill the working table of a statement's lines, emptied at each commit and before each statement.

    Not made as others are: their texts stay in their rows, and what banks write may be longer than a row.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"create temp table if not exists bank_line ({BANK_LINE}) on commit delete rows")
        empty_working_tables(("bank_line",))
        lines = _lines(entries)
        while piece := list(islice(lines, LINES_AT_ONCE)):
            step(PACKAGE, "stage_bank_lines").run(cursor, {"lines": as_json(piece)})


def _statement(file_id: int, wanted: StatementIn) -> BankStatement:
    return BankStatement(
        file_id=file_id,
        bank_account_id=wanted.bank_account_id,
        number=wanted.number,
        currency=wanted.currency,
        opening_minor=None if wanted.opening is None else wanted.opening.amount_minor,
        closing_minor=None if wanted.closing is None else wanted.closing.amount_minor,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        entry_count=wanted.entry_count,
        content=wanted.content,
    )


def _lines(entries: Iterable[tuple[StatementEntry, Money]]) -> Iterator[dict[str, Any]]:
    for place, (entry, amount) in enumerate(entries):
        day = entry.booking_date or entry.value_date
        assert day is not None, "an entry without any day was refused before"
        yield {
            "place": place,
            "booking_date": day,
            "value_date": entry.value_date or day,
            "currency": amount.currency,
            "amount_minor": amount.amount_minor,
            "bank_reference": (entry.bank_reference or "")[:140],
            "end_to_end": (entry.end_to_end or "")[:140],
            "counterparty": (entry.counterparty or "")[:200],
            "counterparty_account": (entry.counterparty_account or "")[:60],
            "remittance": entry.remittance or "",
            "code": (entry.code or "")[:60],
            "return_reason": (entry.return_reason or "")[:40],
            "mandate": (entry.mandate or "")[:60],
            "digest": digest_of(entry, amount),
        }


def move_entries(*, verb: str, entry_ids: Collection[int], reason: str = "") -> list[BankEntryRow]:
    """Move entries by a verb of their machine. Raises IllegalTransition."""
    entries = lock_rows(BankEntry, entry_ids)
    if len(entries) != len(set(entry_ids)):
        raise Refusal(
            "bank_entry.not_found",
            _("One of the bank entries is not there."),
            field="entry_ids",
            cure=_("Load the list of entries again."),
        )
    for entry in entries:
        entry.state = BANK_ENTRY.enter(verb, entry.state)
        entry.reason = reason[:200]
    moved = [
        {"id": entry.pk, "state": entry.state, "reason": entry.reason, "payment_id": entry.payment_id}
        for entry in entries
    ]
    with connection.cursor() as cursor:
        step(PACKAGE, "move_bank_entries").run(cursor, {"moved": as_json(moved)})
    return [entry_row(entry) for entry in entries]


def receive_into(*, payments: Mapping[int, int]) -> None:
    """Note of entries (by id) as which receipts they were recorded, thousands at once. Raises IllegalTransition."""
    entries = BankEntry.objects.select_for_update(no_key=True).filter(pk__among=payments).order_by("pk")
    states = dict(entries.values_list("id", "state"))
    assert len(states) == len(payments), "the entries were read before"
    for state in set(states.values()):
        BANK_ENTRY.enter("receive", state)
    point_to(payments=payments)


def point_to(*, payments: Mapping[int, int]) -> None:
    """Let received entries (by id) say which receipts they are."""
    with connection.cursor() as cursor:
        step(PACKAGE, "receive_bank_entries").run(
            cursor,
            {
                "state": BankEntryState.RECEIVED,
                "entry_ids": as_array(payments),
                "payment_ids": as_array(payments.values()),
            },
        )
