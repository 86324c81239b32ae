"""What differs between kinds of files: how a row is judged, written, and found again in the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _

from billwright.files.rows import RowIn
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.org.queries import LegalEntityRow
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.mapping import Mapping
from billwright.workflow.book_import.parties import Parties
from billwright.workflow.book_import.reading import Reading


@dataclass(frozen=True, slots=True)
class Context:
    """What every row of an import shares. `as_of` is the entity's day of the act."""

    act: Act
    mapping: Mapping
    entity: LegalEntityRow
    job_id: int
    as_of: date


@dataclass(frozen=True, slots=True)
class Judged:
    """A row that may come in: what it becomes, and what it adds to their side of the tie-out."""

    reading: Reading
    becomes: Any
    measures: dict[str, Money]


@dataclass(frozen=True, slots=True)
class Ours:
    """What the rows of a file are in the books, in one currency."""

    currency: str
    count: int
    measures: dict[str, Money]


class Posted:
    """Kinds whose rows are posted or agreed on: what is in stays as it is."""

    def found(self, context: Context, judged: Sequence[Judged]) -> dict[str, RowIn]:  # noqa: ARG002
        """Nothing: such rows are known by their identity alone."""
        return {}

    def amend(self, context: Context, judged: Sequence[Judged], known: dict[str, RowIn]) -> list[Fault]:  # noqa: ARG002
        """Refuse every row: a correction of what is posted is a document of its own."""
        return [changed_since(row) for row in judged]


def changed_since(row: Judged) -> Fault:
    """The fault of a row that came in before with other content."""
    return Fault(
        row.reading.row,
        "identity",
        _("This row was imported before with another content."),
        _("Correct the record here; or, if it is another one, give it another key."),
    )


class Kind(Protocol):
    """One kind of file. `measures` names the amounts of its tie-out, `rough_field` the column of the first."""

    measures: tuple[str, ...]
    rough_field: str

    def judge(self, context: Context, readings: Sequence[Reading]) -> tuple[list[Judged], list[Fault]]:
        """Apply the rules of the mapping; rows that a rule leaves out are in neither list."""

    def found(self, context: Context, judged: Sequence[Judged]) -> dict[str, RowIn]:
        """New rows that are about something the books have already, by identity."""

    def amend(self, context: Context, judged: Sequence[Judged], known: dict[str, RowIn]) -> list[Fault]:
        """Rows that are in with another content: change what is in, or refuse them."""

    def refuse(self, context: Context, judged: Sequence[Judged]) -> tuple[list[Judged], list[Fault]]:
        """Look at rows that are new: what the books would not take is a fault."""

    def write(self, context: Context, judged: Sequence[Judged], parties: Parties) -> None:
        """Write rows that are new, and remember that they are in."""

    def ours(self, context: Context, identities: Sequence[str]) -> list[Ours]:
        """What the identities are in the books."""
