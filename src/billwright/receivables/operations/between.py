"""Money that another company of the group holds: through the clearing between both, by an entry in each one's books.

Model rule 3. Each company has an account a counterpart, so that what two companies owe one another can be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from billwright.ledger.operations import EntryDraft, Side
from billwright.ledger.queries import first_open_days
from billwright.ledger.states import LedgerRole
from billwright.org.queries import get_legal_entity


class Between:
    """Entries between companies; each company is read once."""

    def __init__(self) -> None:
        self._code = cache(lambda legal_entity_id: get_legal_entity(legal_entity_id=legal_entity_id).code)

    def entries(
        self, draft: EntryDraft, *, to_entity_id: int, leaves: Side, arrives: Side
    ) -> tuple[EntryDraft, EntryDraft]:
        """`leaves` against what we now owe to the other, and in its books that we owe it against `arrives`."""
        owed = Side(
            -leaves.amount,
            LedgerRole.INTERCOMPANY,
            family=self._code(to_entity_id),
            base_minor=None if leaves.base_minor is None else -leaves.base_minor,
        )
        claimed = Side(-arrives.amount, LedgerRole.INTERCOMPANY, family=self._code(draft.legal_entity_id))
        return (
            replace(draft, sides=(leaves, owed)),
            replace(draft, legal_entity_id=to_entity_id, sides=(claimed, arrives)),
        )


def open_days_of_both(asked: Sequence[tuple[int, int, date]]) -> list[date]:
    """For (company, other company, day) the first day from then on that is open in both books, as each was asked."""
    open_days = first_open_days({(entity, day) for one, other, day in asked for entity in (one, other)})
    return [_meeting(one, other, max(open_days[one, day], open_days[other, day])) for one, other, day in asked]


def _meeting(one: int, other: int, day: date) -> date:
    if one == other:
        return day
    later = max(first_open_days({(one, day), (other, day)}).values())
    return day if later == day else _meeting(one, other, later)
