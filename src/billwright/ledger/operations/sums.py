"""Sums beside the postings, for balances of large books."""

from __future__ import annotations

from django.db import connection

from billwright.kernel.locking import lock_names
from billwright.kernel.sql import step


def fold_movements() -> int:
    """Fold the sums noted by statements into one row a day; returns how many rows of days were met.

    No balance changes by it: only how fast it is read. One at a time.
    """
    lock_names("ledger-fold-movements")
    with connection.cursor() as cursor:
        return step("billwright.ledger", "fold_movements").run(cursor, {})
