"""Open items come from issued documents."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from billwright.kernel.acts import Act
from billwright.kernel.locking import assert_in_transaction
from billwright.kernel.sql import step


def add_open_items(*, act: Act, invoice_ids: Sequence[int]) -> int:
    """Open one item per issued document, a credit note's negative; returns how many were added.

    Part of the act that issues; a document that has its item, or is not issued, is passed over.
    """
    assert_in_transaction()
    with connection.cursor() as cursor:
        parameters = {"invoice_ids": list(invoice_ids), "at": act.at}
        return step("billwright.receivables", "add_open_items").run(cursor, parameters)
