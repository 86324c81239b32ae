"""Frozen rows of comparing our books with a customer's own paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from billwright.kernel.money import Money
from billwright.receivables.states import DifferenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OurEntry:
    """A document, a piece of money received or a refund of ours. Positive: owed to us; amounts in minor units."""

    our_key: str
    is_document: bool
    account_id: int
    currency: str
    number: str
    reference: str
    dated_on: date
    amount_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirEntry:
    """A line of their paper; positive: they owe it. `line_id` is none until it is written."""

    row: int
    currency: str
    amount_minor: int
    number: str = ""
    dated_on: date | None = None
    text: str = ""
    account_id: int | None = None
    line_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a line of theirs and one of ours stand to each other; either may be missing."""

    kind: DifferenceKind
    currency: str
    theirs: TheirEntry | None
    ours: OurEntry | None
    theirs_minor: int
    ours_minor: int

    @property
    def difference_minor(self) -> int:
        """Ours less theirs."""
        return self.ours_minor - self.theirs_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which columns of their table say what; empty: none. An amount is one column, or a debit and a credit.

    `is_turned`: their sign is the other way round, as in books where what they owe is a credit. `decimal` and
    `thousands` are the marks within numbers, `date_format` as `d/m/Y`.
    """

    number: str = ""
    dated_on: str = ""
    amount: str = ""
    debit: str = ""
    credit: str = ""
    currency: str = ""
    account: str = ""
    text: str = ""
    date_format: str = ""
    decimal: str = "."
    thousands: str = ""
    is_turned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationRow:
    """A comparison as it stands. `figures` are those that were signed off."""

    id: int
    customer_id: int
    title: str
    content: str
    as_of: date
    since: date | None
    timing_days: int
    state: str
    account_ids: tuple[int, ...]
    compared_at: datetime | None
    started_by: str
    started_at: datetime
    signed_by: str
    signed_at: datetime | None
    digest: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfTheirs:
    """A file of theirs and how it is read."""

    id: int
    reconciliation_id: int
    stored_file_id: int
    name: str
    account_id: int | None
    headings: tuple[str, ...]
    columns: Columns
    is_confirmed: bool
    row_count: int
    skipped_rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciledLine:
    """A finding as it is kept, with what a person said about it."""

    id: int
    kind: str
    account_id: int | None
    their_number: str
    their_date: date | None
    their_text: str
    theirs: Money
    our_key: str
    our_number: str
    our_date: date | None
    ours: Money
    difference: Money
    explanation: str
    explained_by: str
    explained_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTotal:
    """Findings of one kind in one currency: how many, both sides' sums, and how many nobody has explained."""

    currency: str
    kind: str
    count: int
    unexplained_count: int
    theirs: Money
    ours: Money
    difference: Money
