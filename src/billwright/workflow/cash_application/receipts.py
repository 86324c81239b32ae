"""Receipts as matching reads them, the steps that read them, and what is told of a place in their texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db import connection

from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.match_rows import EvidenceRow, MatchRuleIn
from billwright.workflow.cash_application import texts
from billwright.workflow.cash_application.choosing import Tolerance

PACKAGE = "billwright.workflow.cash_application"


def read_step(name: str, parameters: dict[str, Any]) -> Sequence[Any]:
    """All rows of a step of this package."""
    with connection.cursor() as cursor:
        return step(PACKAGE, name).rows(cursor, parameters)


def run_step(name: str, parameters: dict[str, Any]) -> int:
    """Run a step of this package; returns how many rows it wrote."""
    with connection.cursor() as cursor:
        return step(PACKAGE, name).run(cursor, parameters)


class Receipt(NamedTuple):
    """What a receipt says and what is left of it, in the columns of the step `read_receipts`."""

    cash_id: int
    payment_id: int
    account_id: int | None
    legal_entity_id: int
    currency: str
    open_minor: int
    value_date: date
    reference: str
    text: str
    payer_name: str
    end_to_end: str
    counterparty_account: str
    accounting_date: date

    @property
    def left(self) -> Money:
        return Money(self.open_minor, self.currency)

    def fields(self) -> Iterable[tuple[str, str]]:
        """The fields in which payers write, each text once."""
        seen = set()
        for name in ("reference", "text", "end_to_end"):
            text: str = getattr(self, name)
            if text and text not in seen:
                seen.add(text)
                yield name, text


def tolerance_of(rule: MatchRuleIn) -> Tolerance:
    """How much may be missing by a company's rule."""
    return Tolerance(
        minor=None if rule.tolerance is None else rule.tolerance.amount_minor, percent=rule.tolerance_percent
    )


def evidence(
    kind: str, place: texts.Place, *, means: str, account_id: int | None = None, open_item_id: int | None = None
) -> EvidenceRow:
    """A place as evidence for what it means."""
    return EvidenceRow(
        kind=kind,
        field=place.field,
        start=place.start,
        end=place.end,
        found=place.found,
        means=means,
        account_id=account_id,
        open_item_id=open_item_id,
    )
