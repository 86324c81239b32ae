"""Reads of the bank inbox: files, statements, entries, gaps."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import groupby, pairwise
from operator import attrgetter

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.payments.models import BankEntry, BankStatement, BankStatementFile
from billwright.payments.rows import BankEntryRow, BankFileRow, BankStatementRow, StatementGap
from billwright.payments.states import BankFileState

PAGE_MAX = 500


def bank_file_row(file: BankStatementFile, *, repeated: bool = False) -> BankFileRow:
    """The file as a frozen row."""
    names = [name for name in BankFileRow.__dataclass_fields__ if name != "repeated"]
    return BankFileRow(repeated=repeated, **{name: getattr(file, name) for name in names})


def find_taken_file(sha256: str) -> BankFileRow | None:
    """The taken file of these bytes, or None."""
    file = BankStatementFile.objects.filter(sha256=sha256, state=BankFileState.TAKEN).first()
    return bank_file_row(file, repeated=True) if file else None


def _files_of(bank_account_ids: Collection[int] | None, taken_by: str) -> QuerySet[BankStatementFile]:
    """Files with a statement of these bank accounts, and those that somebody took: one set aside names no account."""
    if bank_account_ids is None:
        return BankStatementFile.objects.all()
    theirs = BankStatement.objects.filter(file_id=OuterRef("pk"), bank_account_id__in=bank_account_ids)
    return BankStatementFile.objects.filter(Exists(theirs) | Q(taken_by=taken_by))


def get_bank_file(file_id: int, *, bank_account_ids: Collection[int] | None = None, taken_by: str = "") -> BankFileRow:
    """A bank file, as `list_bank_files` bounds it. Raises NotFound `bank_file.not_found`."""
    file = _files_of(bank_account_ids, taken_by).filter(pk=file_id).first()
    if file is None:
        raise NotFound("bank_file.not_found", _("There is no such bank file."), field="file_id")
    return bank_file_row(file)


def list_bank_files(
    *,
    bank_account_ids: Collection[int] | None = None,
    taken_by: str = "",
    state: str = "",
    before_id: int | None = None,
    limit: int = 50,
) -> list[BankFileRow]:
    """Bank files, the newest first; with `bank_account_ids` those that tell of them, or that `taken_by` took."""
    files = _files_of(bank_account_ids, taken_by).order_by("-id")
    if state:
        files = files.filter(state=state)
    if before_id is not None:
        files = files.filter(pk__lt=before_id)
    return [bank_file_row(file) for file in files[: min(limit, PAGE_MAX)]]


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def statement_row(statement: BankStatement) -> BankStatementRow:
    """The statement as a frozen row."""
    return BankStatementRow(
        id=statement.pk,
        file_id=statement.file_id,
        bank_account_id=statement.bank_account_id,
        number=statement.number,
        currency=statement.currency,
        opening=_money(statement.opening_minor, statement.currency),
        closing=_money(statement.closing_minor, statement.currency),
        first_day=statement.first_day,
        last_day=statement.last_day,
        entry_count=statement.entry_count,
        new_count=statement.new_count,
    )


def list_statements(*, file_id: int) -> list[BankStatementRow]:
    """The statements of a file, in their order."""
    return [statement_row(one) for one in BankStatement.objects.filter(file_id=file_id).order_by("id")]


def get_statement(statement_id: int, *, bank_account_ids: Collection[int]) -> BankStatementRow:
    """A statement of one of these bank accounts. Raises NotFound `bank_statement.not_found`."""
    statement = BankStatement.objects.filter(pk=statement_id, bank_account_id__in=bank_account_ids).first()
    if statement is None:
        raise NotFound("bank_statement.not_found", _("There is no such statement."), field="statement_id")
    return statement_row(statement)


_ENTRY_FIELDS = tuple(name for name in BankEntryRow.__dataclass_fields__ if name != "amount")


def entry_row(entry: BankEntry) -> BankEntryRow:
    """The entry as a frozen row."""
    return BankEntryRow(
        amount=Money(entry.amount_minor, entry.currency), **{name: getattr(entry, name) for name in _ENTRY_FIELDS}
    )


def list_bank_entries(
    *,
    bank_account_ids: Collection[int] | None = None,
    statement_id: int | None = None,
    state: str = "",
    text: str = "",
    came_in: bool | None = None,
    before: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[BankEntryRow]:
    """Entries, the newest value date first. `text` is looked for in names, references and remittance.

    `came_in`: only money that came in, or only what went out.
    """
    entries = BankEntry.objects.order_by("-value_date", "-id")
    if bank_account_ids is not None:
        entries = entries.filter(bank_account_id__in=list(bank_account_ids))
    if statement_id is not None:
        entries = entries.filter(statement_id=statement_id)
    if state:
        entries = entries.filter(state=state)
    if came_in is not None:
        entries = entries.filter(amount_minor__gt=0) if came_in else entries.filter(amount_minor__lt=0)
    if text:
        entries = entries.filter(
            Q(counterparty__icontains=text)
            | Q(remittance__icontains=text)
            | Q(end_to_end__icontains=text)
            | Q(bank_reference__icontains=text)
        )
    if before is not None:
        day, entry_id = before
        entries = entries.filter(Q(value_date__lt=day) | Q(pk__lt=entry_id), value_date__lte=day)
    return [entry_row(entry) for entry in entries[: min(limit, PAGE_MAX)]]


def get_bank_entries(entry_ids: Collection[int]) -> list[BankEntryRow]:
    """Entries by id, in the order of the ids. Raises NotFound `bank_entry.not_found` when one is missing."""
    # Thousands at once: read without a model each.
    rows = BankEntry.objects.filter(pk__among=list(entry_ids)).values_list("currency", "amount_minor", *_ENTRY_FIELDS)
    found = {
        facts[0]: BankEntryRow(amount=Money(minor, currency), **dict(zip(_ENTRY_FIELDS, facts, strict=True)))
        for currency, minor, *facts in rows
    }
    for entry_id in entry_ids:
        if entry_id not in found:
            raise NotFound("bank_entry.not_found", _("There is no such bank entry."), field="bank_entry_ids")
    return [found[entry_id] for entry_id in entry_ids]


def list_gaps(*, bank_account_ids: Collection[int]) -> list[StatementGap]:
    """Where statements are missing: an opening balance that no other statement closes with, the first one apart.

    `expected` is the closing balance of the statement before it in time.
    """
    told = BankStatement.objects.filter(
        bank_account_id__in=bank_account_ids, opening_minor__isnull=False, closing_minor__isnull=False
    ).order_by("bank_account_id", "first_day", "id")
    found: list[StatementGap] = []
    for _account_id, of_account in groupby(told, key=attrgetter("bank_account_id")):
        statements = list(of_account)
        closings = {one.closing_minor for one in statements}
        found += [
            _gap(before, one)
            for before, one in pairwise(statements)
            if one.opening_minor not in closings and one.opening_minor != statements[0].opening_minor
        ]
    return found


def _gap(before: BankStatement, after: BankStatement) -> StatementGap:
    assert before.closing_minor is not None, "only statements with balances are compared"
    assert after.opening_minor is not None, "only statements with balances are compared"
    return StatementGap(
        bank_account_id=after.bank_account_id,
        statement_id=after.pk,
        number=after.number,
        first_day=after.first_day,
        opening=Money(after.opening_minor, after.currency),
        expected=Money(before.closing_minor, before.currency),
    )
