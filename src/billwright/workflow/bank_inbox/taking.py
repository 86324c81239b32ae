"""Taking a bank file: keep it, read it once to prove it, once more to write what is new."""

from __future__ import annotations

import hashlib
import io
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _

from billwright.files.operations import keep_file
from billwright.files.states import RetentionClass
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_names
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.org.queries import BankAccountRow, get_legal_entity, list_all_bank_accounts
from billwright.payments.bank_reading import BankReading, StatementRead, open_reading
from billwright.payments.operations.bank import (
    Content,
    FileCounts,
    Quarantine,
    StatementIn,
    add_file,
    add_statement,
    digest_of,
    earlier_statement,
    format_before,
    holds_all,
    set_aside,
)
from billwright.payments.ports import BankFileReader, StatementEntry, UnableToRead, table_reader
from billwright.payments.queries.bank import find_taken_file
from billwright.payments.rows import BankFileRow
from billwright.workflow.bank_inbox.own_accounts import find_own_account

# Formats that word an entry alike; one account is told of by one family, or the same entry would not be known.
FAMILY_LETTERS = 4


class _Aside(Exception):
    """The file goes to quarantine."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(message)
        self.why = Quarantine(code, message, place)


class _Measured:
    """What the first reading knows of a statement. Entries are counted in as they come, and not kept.

    Only those that do not say their currency wait for the account of the statement, which the file names at its end.
    """

    def __init__(self) -> None:
        self.content = Content()
        self.first_day: date | None = None
        self.last_day: date | None = None
        self._count = 0
        self._currencies: set[str] = set()
        self._waiting: list[tuple[StatementEntry, date]] = []
        self._refused: Refusal | None = None

    def add(self, entry: StatementEntry) -> None:
        """Count an entry in. Raises _Aside for one without any day."""
        self._count += 1
        day = _day_of(entry, self._count)
        if self.first_day is None or day < self.first_day:
            self.first_day = day
        if self.last_day is None or day > self.last_day:
            self.last_day = day
        if entry.currency is None:
            self._waiting.append((entry, day))
        else:
            self._currencies.add(entry.currency)
            self._digest(entry, day, entry.currency)

    def _digest(self, entry: StatementEntry, day: date, currency: str) -> None:
        try:
            self.content.add(day, digest_of(entry, Money.of(entry.amount, currency)))
        except Refusal as refused:
            self._refused = self._refused or refused

    def end(self, account: BankAccountRow) -> None:
        """All entries are in. Raises _Aside for an entry in another currency, or an amount that it cannot have."""
        other = min(self._currencies - {account.currency}, default=None)
        if other is not None:
            raise _Aside(
                "bank_file.other_currency",
                _("An entry is in %(theirs)s, the account is kept in %(ours)s.")
                % {"theirs": other, "ours": account.currency},
            )
        for entry, day in self._waiting:
            self._digest(entry, day, account.currency)
        if self._refused is not None:
            raise _Aside(self._refused.code, self._refused.message) from self._refused


@verb("bank_file.take", subject=lambda _, row: f"bank_file:{row.id}")
def take_bank_file(
    *, act: Act, name: str, content: bytes, bank_account_id: int | None = None, profile: str = ""
) -> BankFileRow:
    """Take a bank file in. What is wrong with it sets it aside with the reason, and nothing of it is written.

    The same bytes are taken once: the answer is then `repeated`. `bank_account_id` says whose account it is where
    the file does not; `profile` describes the columns of a table. Raises Refusal for an empty or too large file.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    lock_names(f"bank_file:{sha256}")
    known = find_taken_file(sha256)
    if known is not None:
        note_change(after={"file": name[:200], "sha256": sha256, "repeated": True})
        return known
    stored = keep_file(
        act=act,
        name=name,
        media_type="application/octet-stream",
        content=content,
        retention_class=RetentionClass.TAX_DOCUMENT,
        about="bank_file",
    )
    reading: BankReading | None = None
    try:
        reading = _opened(content, profile)
        wanted = _proved(act, reading, bank_account_id)
        row = _written(act, reading, wanted, stored.id, name, sha256)
    except _Aside as aside:
        row = set_aside(
            act=act,
            stored_file_id=stored.id,
            name=name,
            sha256=sha256,
            format_name=reading.format if reading else "",
            why=aside.why,
        )
    note_change(after={"file": name[:200], "sha256": sha256, "state": row.state, "reason": row.reason_code})
    return row


def _opened(content: bytes, profile: str) -> BankReading:
    readers: Sequence[BankFileReader] | None = [table_reader(profile, name="profile")] if profile else None
    try:
        return open_reading(io.BytesIO(content), readers=readers)
    except UnableToRead as refused:
        raise _Aside(refused.code, refused.message, refused.where) from refused


def _proved(act: Act, reading: BankReading, bank_account_id: int | None) -> list[StatementIn]:
    """Every statement of the file, after the first reading. Raises _Aside for the first thing that is wrong."""
    accounts = list_all_bank_accounts()
    if bank_account_id is not None:
        accounts = [account for account in accounts if account.id == bank_account_id]
    wanted: list[StatementIn] = []
    measured = _Measured()
    try:
        for part in reading.read():
            if isinstance(part, StatementEntry):
                measured.add(part)
                continue
            account = _own_account(part, accounts, is_chosen=bank_account_id is not None)
            measured.end(account)
            _refuse_future(act, measured.last_day, account)
            wanted.append(_statement_in(part, account, measured))
            measured = _Measured()
    except UnableToRead as refused:
        raise _Aside(refused.code, refused.message, refused.where) from refused
    if not wanted:
        raise _Aside("bank_file.empty", _("The file holds no statement."))
    return wanted


def _day_of(entry: StatementEntry, number: int) -> date:
    day = entry.booking_date or entry.value_date
    if day is None:
        raise _Aside("bank_file.without_day", _("An entry names no day."), _("entry %d") % number)
    return day


def _own_account(part: StatementRead, accounts: Sequence[BankAccountRow], *, is_chosen: bool) -> BankAccountRow:
    if not part.ties:
        raise _Aside("bank_file.does_not_tie", " ".join(part.faults), part.number or "")
    if part.account:
        account = find_own_account(part.account, accounts)
    else:
        account = accounts[0] if is_chosen and accounts else None
    if account is None:
        raise _Aside(
            "bank_file.account_not_ours",
            _("The bank account %(number)s is none of ours.") % {"number": part.account or _("of the file")},
            part.number or "",
        )
    if part.currency not in (None, account.currency):
        raise _Aside(
            "bank_file.other_currency",
            _("The statement is in %(theirs)s, the account is kept in %(ours)s.")
            % {"theirs": part.currency, "ours": account.currency},
            part.number or "",
        )
    return account


def _refuse_future(act: Act, last_day: date | None, account: BankAccountRow) -> None:
    today = business_date(act.at, get_legal_entity(legal_entity_id=account.legal_entity_id).timezone)
    if last_day is not None and last_day > today:
        raise _Aside(
            "bank_file.future",
            _("An entry is of %(day)s, which is still to come.") % {"day": last_day.isoformat()},
        )


def _statement_in(part: StatementRead, account: BankAccountRow, measured: _Measured) -> StatementIn:
    try:
        opening = None if part.opening is None else Money.of(part.opening, account.currency)
        closing = None if part.closing is None else Money.of(part.closing, account.currency)
    except Refusal as refused:
        raise _Aside(refused.code, refused.message, part.number or "") from refused
    return StatementIn(
        bank_account_id=account.id,
        number=(part.number or "")[:60],
        currency=account.currency,
        opening=opening,
        closing=closing,
        first_day=measured.first_day,
        last_day=measured.last_day,
        entry_count=part.entry_count,
        content=measured.content.hexdigest(),
    )


def _written(
    act: Act, reading: BankReading, wanted: list[StatementIn], stored_file_id: int, name: str, sha256: str
) -> BankFileRow:
    """Write the statements under the lock of their accounts, after a last look at what was there before."""
    lock_names(*{f"bank_account:{one.bank_account_id}" for one in wanted})
    _refuse_changed(reading, wanted)
    for one in wanted:
        _refuse_other_format(one, reading.format)
    [file_id] = take_ids(table="payments_bank_file", count=1)
    new_count = sum(
        add_statement(file_id=file_id, wanted=one, entries=entries) for one, entries in _with_entries(reading, wanted)
    )
    counts = FileCounts(len(wanted), sum(one.entry_count for one in wanted), new_count)
    return add_file(
        act=act,
        file_id=file_id,
        stored_file_id=stored_file_id,
        name=name,
        sha256=sha256,
        format_name=reading.format,
        counts=counts,
    )


def _with_entries(
    reading: BankReading, wanted: list[StatementIn]
) -> Iterator[tuple[StatementIn, Iterator[tuple[StatementEntry, Money]]]]:
    """Each statement with its entries, from another reading; none of them is kept."""
    parts = reading.read()
    for one in wanted:
        entries = _entries_of(one, parts)
        yield one, entries
        # What nobody wanted to see is passed over.
        deque(entries, maxlen=0)


def _entries_of(
    one: StatementIn, parts: Iterator[StatementEntry | StatementRead]
) -> Iterator[tuple[StatementEntry, Money]]:
    for part in parts:
        if not isinstance(part, StatementEntry):
            return
        yield part, Money.of(part.amount, one.currency)


def _refuse_changed(reading: BankReading, wanted: list[StatementIn]) -> None:
    """A statement under the name of an earlier one may have grown, as reports within the day do; not changed."""
    before = [earlier_statement(one) for one in wanted]
    if not any(before):
        return
    for (one, entries), earlier in zip(_with_entries(reading, wanted), before, strict=True):
        if earlier is None:
            continue
        keys = Counter((_day_of(entry, 0), digest_of(entry, amount)) for entry, amount in entries)
        if not holds_all(earlier=earlier, keys=keys):
            raise _Aside(
                "bank_file.changed",
                _("Statement %(number)s of %(first)s to %(last)s was taken before with another content.")
                % {"number": one.number, "first": earlier.first_day, "last": earlier.last_day},
                one.number,
            )


def _refuse_other_format(one: StatementIn, format_name: str) -> None:
    other = format_before(
        bank_account_id=one.bank_account_id,
        first_day=one.first_day,
        last_day=one.last_day,
        family=format_name[:FAMILY_LETTERS],
    )
    if other is not None:
        raise _Aside(
            "bank_file.other_format",
            _("Files of the format %(format)s have told of this account on these days before.") % {"format": other},
        )
