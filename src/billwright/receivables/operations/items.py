"""Open items come from issued documents; what is open is summed for those who read much of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from billwright.kernel.acts import Act
from billwright.kernel.locking import assert_in_transaction, lock_names
from billwright.kernel.sql import step


def add_open_items(*, act: Act, invoice_ids: Sequence[int]) -> int:
    """Open one item per issued document, a credit note's negative; returns how many were added.

    Part of the act that issues; a document that has its item, or is not issued, is passed over.
    """
    assert_in_transaction()
    with connection.cursor() as cursor:
        parameters = {"invoice_ids": list(invoice_ids), "at": act.at}
        return step("billwright.receivables", "add_open_items").run(cursor, parameters)


def fold_changes() -> int:
    """Fold what changed on open items into the sums of accounts and days; returns how many sums of days were met.

    Nothing that anybody reads changes by it: only how fast it is read. One at a time.
    """
    lock_names("receivables-fold-changes")
    with connection.cursor() as cursor:
        return step("billwright.receivables", "fold_changes").run(cursor, {})
