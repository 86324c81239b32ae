"""What the companies of the group owe one another, as each one's books say it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from billwright.kernel.money import Money
from billwright.kernel.sql import step


@dataclass(frozen=True, slots=True)
class ClearingRow:
    """Two companies in one currency: `in_one` is what the first has in its books of the other, debit positive.

    `difference` is zero, or money went from one to the other in one set of books alone.
    """

    one_code: str
    other_code: str
    one_id: int
    other_id: int
    one_account_id: int | None
    other_account_id: int | None
    in_one: Money
    in_other: Money

    @property
    def difference(self) -> Money:
        return self.in_one + self.in_other


def clearing_between(*, as_of: date, legal_entity_ids: Collection[int] | None = None) -> list[ClearingRow]:
    """Every pair of companies that moved money as of the end of a day; of some companies, or of all."""
    with connection.cursor() as cursor:
        rows = step("billwright.ledger", "clear_between").rows(cursor, {"as_of": as_of})
    found = [
        ClearingRow(
            one_code=one_code,
            other_code=other_code,
            one_id=one_id,
            other_id=other_id,
            one_account_id=one_account_id,
            other_account_id=other_account_id,
            in_one=Money(one_minor, currency),
            in_other=Money(other_minor, currency),
        )
        for (
            one_code, other_code, one_id, other_id, currency, one_account_id, other_account_id, one_minor, other_minor,
        ) in rows
    ]  # fmt: skip
    return [row for row in found if legal_entity_ids is None or {row.one_id, row.other_id} & set(legal_entity_ids)]
