"""How often pages without a log-in are asked for: counted in the database, so that every web process knows it.

Not a verb: nothing is decided, and nobody is named. A row is an address's hash and a minute; a job takes it away.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from billwright.kernel.sql import step
from billwright.kernel.vault import keyed_hash
from billwright.payments.models import PageVisit

VISITS_KEPT: Final = timedelta(hours=1)


def note_visit(address: str, *, at: datetime) -> int:
    """Count one more asking of an address in this minute; returns how many there were, this one among them."""
    parameters = {"whence": keyed_hash(f"visit|{address}"), "minute": at.replace(second=0, microsecond=0)}
    with connection.cursor() as cursor:
        [(count,)] = step("billwright.payments", "note_visit").rows(cursor, parameters)
    return int(count)


def forget_visits(*, at: datetime) -> int:
    """Take away what is older than an hour; returns how many rows."""
    return PageVisit.objects.filter(minute__lt=at - VISITS_KEPT).delete()[0]
