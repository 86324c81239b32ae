"""How large the book is: reports over all of its rows are awaited in a large one."""

from __future__ import annotations

from django.db import connection

from billwright.kernel.sql import step

ITEMS_READ_AT_ONCE = 20_000


def is_large_book() -> bool:
    """Whether somebody would wait for a report that reads every document."""
    with connection.cursor() as cursor:
        ((items,),) = step("billwright.reporting", "estimate_items").rows(cursor, {})
    return bool(items > ITEMS_READ_AT_ONCE)
