"""Open items come from issued documents; what is open is summed for those who read much of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from billwright.invoicing.queries import installments_of
from billwright.kernel.acts import Act
from billwright.kernel.bulk import as_json
from billwright.kernel.locking import assert_in_transaction, lock_names
from billwright.kernel.sql import step


def add_open_items(*, act: Act, invoice_ids: Sequence[int]) -> int:
    """Open an item per issued document, or per part of one that is due in parts, a credit note's negative.

    Part of the act that issues; returns how many were added. A document that has its items, or is not issued, is
    passed over.
    """
    assert_in_transaction()
    parts = [
        {"invoice_id": id_, "part_no": part_no, "due_date": one.due_date, "amount_minor": one.amount.amount_minor}
        for id_, installments in installments_of(invoice_ids).items()
        for part_no, one in enumerate(installments, start=1)
    ]
    with connection.cursor() as cursor:
        parameters = {"invoice_ids": list(invoice_ids), "parts": as_json(parts), "at": act.at}
        return step("billwright.receivables", "add_open_items").run(cursor, parameters)


def fold_changes(*, at: datetime) -> int:
    """Fold what changed on open items, and what has come due at an instant, into the sums of accounts and days.

    Returns how many sums of days were met. Nothing that anybody reads changes by it: only how fast it is read. One at a
    time.
    """
    lock_names("receivables-fold-changes")
    with connection.cursor() as cursor:
        return step("billwright.receivables", "fold_changes").run(cursor, {"at": at})
