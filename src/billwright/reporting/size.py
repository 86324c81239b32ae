"""How large the book is: a large one is reported on in the background, and its lists are not counted to the end."""

from __future__ import annotations

from django.db import connection

from billwright.kernel.sql import step

ITEMS_READ_AT_ONCE = 20_000
# Counting the rows of a list stops here, so that its page costs the same in a book of any size.
COUNTED_MAX = 10_000


def is_large_book() -> bool:
    """Whether somebody would wait for a report that reads every document."""
    with connection.cursor() as cursor:
        ((items,),) = step("billwright.reporting", "estimate_items").rows(cursor, {})
    return bool(items > ITEMS_READ_AT_ONCE)
