"""Laying documents of a bill run out in the parts of their payers' terms.

A stage between identifying documents and writing them. The rule is `org.terms.lay_parts`, the same as for a document
written by hand. Where no payer has terms in parts it looks through one working table and finds nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from billwright.kernel.bulk import as_json
from billwright.kernel.money import Money
from billwright.kernel.sql import Cursor, step
from billwright.org.terms import Installment, TermsPart, lay_parts, read

PACKAGE = "billwright.workflow.payment_terms"


@dataclass(frozen=True, slots=True)
class LayParts:
    """Fills `run_installment` and sets the due date of its documents in `run_issue` to the day of their last part."""

    name: str = "lay_parts"
    uses: tuple[str, ...] = ("run_installment", "run_issue", "run_payer")
    writes: tuple[str, ...] = ()
    body: str = "insert into run_installment"

    def run(self, cursor: Cursor, parameters: Mapping[str, Any]) -> int:
        """Lay every document that is due in parts; returns how many documents there are."""
        documents = step(PACKAGE, "read_documents").rows(cursor, parameters)
        if not documents:
            return 0
        records: list[dict[str, Any]] = []
        for document_no, total_minor, currency, column in documents:
            total = Money(total_minor, currency)
            laid = lay_parts(_parts(column), document_date=parameters["document_date"], total=total)
            records += _records(document_no, laid)
        return step(PACKAGE, "keep_parts").run(cursor, {"parts": as_json(records)})


@cache
def _parts(column: str) -> tuple[TermsPart, ...]:
    """Many accounts share the same terms: each is read once."""
    return read(json.loads(column))


def _records(document_no: int, laid: tuple[Installment, ...]) -> list[dict[str, Any]]:
    """A document with one part left, since others came to nothing, is due in one sum."""
    return [
        {
            "document_no": document_no,
            "part_no": part_no,
            "part_count": len(laid),
            "due_date": part.due_date,
            "amount_minor": part.amount.amount_minor,
        }
        for part_no, part in enumerate(laid, start=1)
    ]
