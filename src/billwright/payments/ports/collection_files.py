"""What formats of files to and from banks must be able to do: debits out, transfers out, results back in.

A connector writes the file of a whole batch, or refuses it naming the debit that does not fit; it never leaves one
out. Results are read into one shape whatever the format, and matched by what we sent: the end-to-end reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import BankDetails


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAccount:
    """Our side of a file: whose account, and under which number the company collects or pays."""

    holder: str
    details: BankDetails
    creditor_id: str
    creditor_name: str
    terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitOut:
    """One debit of a file. `sequence` is FRST, RCUR, OOFF or FNAL; `is_retry`: presented before and returned.

    `is_organization`: the payer is none of the persons whom a scheme protects as consumers.
    """

    end_to_end: str
    amount: Money
    holder: str
    details: BankDetails
    mandate_reference: str
    mandate_signed_on: date
    bank_reference: str = ""
    sequence: str = "RCUR"
    is_retry: bool = False
    is_organization: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitBatch:
    """All that one file of debits says. `made_at` is in the company's own time zone."""

    scheme: str
    message_id: str
    made_at: datetime
    action_day: date
    own: OwnAccount
    debits: tuple[DebitOut, ...]

    @property
    def total(self) -> Money:
        """The sum of the debits."""
        return Money(sum(debit.amount.amount_minor for debit in self.debits), self.debits[0].amount.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferOut:
    """One transfer of a file: money to somebody's bank account."""

    end_to_end: str
    amount: Money
    holder: str
    details: BankDetails
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferBatch:
    """All that one file of transfers says; used for refunds and payouts to customers."""

    message_id: str
    made_at: datetime
    pay_on: date
    own: OwnAccount
    transfers: tuple[TransferOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A file ready to be handed to the bank."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultEntry:
    """What a bank answers about one debit. `code` is the scheme's own; none: it was paid, or merely accepted.

    `message_id` without a reference: the answer is about every debit of that file, or of one `sequence` in it, that
    no other answer names.

    `is_return`: the money had been booked before.
    """

    end_to_end: str
    message_id: str = ""
    sequence: str = ""
    code: str = ""
    text: str = ""
    amount: Money | None = None
    day: date | None = None
    is_paid: bool = False
    is_return: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsChange:
    """What a payer's bank says is right of an account, about one debit. What is empty stays as it is.

    `code` is the scheme's own; nothing named: a change of something that we do not keep, for a person to read.
    """

    end_to_end: str
    code: str
    branch: str = field(default="", repr=False)
    number: str = field(default="", repr=False)
    account_type: str = ""
    place: str = ""

    @property
    def names_details(self) -> bool:
        """Whether anything of the bank details is corrected."""
        return bool(self.branch or self.number or self.account_type)


class ChangeReader(Protocol):
    """Reads the notifications of change out of the files of one format."""

    def changes(self, content: bytes) -> Iterable[DetailsChange]:
        """The notifications in the order of the file. Raises UnableToRead naming the place."""


class DebitFileWriter(Protocol):
    """Writes debits of the schemes that it names."""

    schemes: frozenset[str]

    def write(self, batch: DebitBatch) -> WrittenFile:
        """The file. Raises Refusal naming the row (from 1) of the debit that cannot be written so."""


class ResultFileReader(Protocol):
    """Reads what banks answer about debits."""

    def recognizes(self, content: bytes) -> str | None:
        """The name of the format, judged by the content's beginning, or None."""

    def read(self, content: bytes) -> Iterable[ResultEntry]:
        """The answers in the order of the file. Raises UnableToRead naming the place."""


class _Wiring:
    writers: dict[str, DebitFileWriter] = {}
    readers: tuple[ResultFileReader, ...] = ()
    changes: Mapping[str, ChangeReader] = {}


def wire_collection_files(
    *,
    writers: Sequence[DebitFileWriter],
    readers: Sequence[ResultFileReader],
    changes: Mapping[str, ChangeReader],
) -> None:
    """Install writers and readers at start; of the readers the first that recognizes a file reads it.

    `changes`: by the name of a format whose files tell of changed bank details as well.
    """
    _Wiring.writers = {scheme: writer for writer in writers for scheme in writer.schemes}
    _Wiring.readers = tuple(readers)
    _Wiring.changes = dict(changes)


def debit_schemes() -> tuple[str, ...]:
    """The schemes for which this installation can write a file."""
    return tuple(sorted(_Wiring.writers))


def debit_writer(scheme: str) -> DebitFileWriter:
    """The writer of a scheme. Raises NotFound `scheme.without_file`."""
    writer = _Wiring.writers.get(scheme)
    if writer is None:
        raise NotFound(
            "scheme.without_file",
            _("No file can be written for %(scheme)s here.") % {"scheme": scheme},
            field="scheme",
            cure=_("Choose one of: %(names)s.") % {"names": ", ".join(debit_schemes())},
        )
    return writer


def change_reader(format_name: str) -> ChangeReader | None:
    """Who reads notifications of change out of files of a format, if any does."""
    return _Wiring.changes.get(format_name)


def result_reader(content: bytes) -> tuple[str, ResultFileReader]:
    """The format and reader of a file of results. Raises Refusal `collection_file.not_known`."""
    for reader in _Wiring.readers:
        name = reader.recognizes(content)
        if name is not None:
            return name, reader
    raise Refusal(
        "collection_file.not_known",
        _("This is no file of results that is known here."),
        field="content",
        cure=_("Known are pain.002, camt.054, returns of NACHA, and unpaid files of South Africa and India."),
    )
