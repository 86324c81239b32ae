"""The ordered steps of a recognition, inside the transaction of the caller.

0xx  reckon   lines, months and heads as of the end of a day: nothing is written
1xx  write    schedules, what is recognized, what is settled
2xx  reverse  the opposite rows
3xx  read     sums for people
9xx  check    against the ledger
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection

from billwright.kernel.locking import assert_in_transaction
from billwright.kernel.sql import step
from billwright.workflow.revenue_recognition import working

PACKAGE = "billwright.workflow.revenue_recognition"
RECKON = ("010_find_new_lines", "020_read_open_lines", "030_spread_months", "040_judge_heads")
WRITE = ("100_write_schedules", "110_write_revenue", "120_settle_heads")
REVERSE = ("200_write_opposites", "210_reopen_heads")


def reckon(*, legal_entity_id: int, as_of: date, until: date | None = None) -> None:
    """Fill the working tables with what is deferred at the end of a day and what of it is due. Writes nothing else.

    Months after `until` are not spread: what is due needs none after `as_of`.
    """
    assert_in_transaction()
    working.make_tables()
    run(RECKON, legal_entity_id=legal_entity_id, as_of=as_of, until=until)


def has_new_lines(*, legal_entity_id: int, as_of: date) -> bool:
    """Whether deferred lines of documents up to the end of a day have not been scheduled by any recognition."""
    assert_in_transaction()
    working.make_tables()
    return run(RECKON[:1], legal_entity_id=legal_entity_id, as_of=as_of) > 0


def run(names: Sequence[str], **parameters: Any) -> int:
    """Run steps in order; returns the rows of the last. Filled working tables are analyzed: they have no statistics."""
    rows = 0
    with connection.cursor() as cursor:
        for name in names:
            found = step(PACKAGE, name)
            rows = found.run(cursor, parameters)
            if not found.writes:
                cursor.execute(f"analyze {found.uses[0]}")
    return rows


def read(name: str, **parameters: Any) -> Sequence[Any]:
    """The rows of one step that only reads."""
    with connection.cursor() as cursor:
        return step(PACKAGE, name).rows(cursor, parameters)
