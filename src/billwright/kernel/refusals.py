"""Refusals at the doors: read from what the database refused, and written as problems of RFC 9457.

The database keeps the law last. When one of its triggers speaks, the person gets a sentence and not an error page.
"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from billwright.kernel.errors import Conflict, NotAllowed, Refusal
from billwright.kernel.triggers import APPEND_ONLY_STATE, CLOSED_STATE, FROZEN_STATE, UNBALANCED_STATE

# PostgreSQL's own states for "somebody else holds it": 40001, 40P01 and 55P03.
_BUSY_STATES = frozenset({"40001", "40P01", "55P03"})

# 22001: a text longer than its column; 22003: a number outside its column; 22008: a date outside the calendar.
_ROOM_STATES = frozenset({"22001", "22003", "22008"})


def refusal_of(error: DatabaseError) -> Refusal | None:
    """What a person is told about an error of the database, or None when it is a bug and not a refusal."""
    state = getattr(error.__cause__, "sqlstate", None)
    if state in _BUSY_STATES:
        return Conflict("database.busy", _("Somebody else is changing this at the moment."), cure=_("Try again."))
    if state == APPEND_ONLY_STATE:
        return Conflict("database.append_only", _("What is booked is kept as it is."), cure=_("Reverse or end it."))
    if state == FROZEN_STATE:
        return Conflict("database.frozen", _("This is final and not changed any more."), cure=_("Correct it anew."))
    if state == UNBALANCED_STATE:
        return Refusal("database.unbalanced", _("The entry does not balance."), cure=_("Debits must equal credits."))
    if state in _ROOM_STATES:
        return Refusal("database.no_room", _("A text or a number is larger than there is room for."))
    if state == CLOSED_STATE:
        return Conflict("database.closed", _("The accounting period is closed."), cure=_("Take a date in an open one."))
    return None


def problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal as a problem document of RFC 9457; members without a value are left out."""
    document: dict[str, Any] = {
        "type": f"urn:billwright:{refusal.code}",
        "title": refusal.message,
        "status": refusal.http_status,
        "code": refusal.code,
        "detail": str(refusal),
        "field": refusal.field,
        "row": refusal.row,
        "cure": refusal.cure,
    }
    if isinstance(refusal, NotAllowed):
        document |= {"rule": refusal.rule, "who_may": list(refusal.who_may) or None}
    return {name: value for name, value in document.items() if value is not None}
