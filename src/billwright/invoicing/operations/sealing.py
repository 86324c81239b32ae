"""Sealing documents as they are issued: one digest over everything their amounts follow from."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from billwright.kernel.locking import assert_in_transaction
from billwright.kernel.sql import step


def seal_documents(*, invoice_ids: Sequence[int]) -> int:
    """Seal documents whose lines and taxes are written; part of the act that issues them. Returns how many.

    A document is sealed once: a second seal is refused by its key.
    """
    assert_in_transaction()
    with connection.cursor() as cursor:
        return step("billwright.invoicing", "seal_documents").run(cursor, {"invoice_ids": list(invoice_ids)})
