"""How a request becomes a person: Django's hook that brings the user back, and the opening of a session."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from billwright.access.models import User
from billwright.access.queries import UserRow, user_row
from billwright.access.sessions import ADDRESS, BROWSER, LAST_SEEN_AT, STARTED_AT
from billwright.access.states import UserKind, UserState

SEEN_RESOLUTION = timedelta(minutes=5)


class StaffBackend(BaseBackend):
    """Brings back the person of a session; how one logs in is `operations.log_in`, rights are role grants."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, kind=UserKind.PERSON, state=UserState.ACTIVE).first()


def open_session(
    request: HttpRequest, *, user_id: int, at: datetime, address: str | None, browser: str
) -> UserRow | None:
    """Log a person in: a fresh session key, bound to the password's hash, with its circumstances.

    None when the person was barred meanwhile.
    """
    user = StaffBackend().get_user(user_id)
    if user is None:
        return None
    login(request, user, backend=f"{StaffBackend.__module__}.{StaffBackend.__qualname__}")
    request.session[STARTED_AT] = request.session[LAST_SEEN_AT] = at.isoformat()
    request.session[ADDRESS], request.session[BROWSER] = address, browser[:200]
    return user_row(user)


def keep_session(request: HttpRequest, *, user_id: int) -> None:
    """Keep the present session after its person's password changed; the others end."""
    user = StaffBackend().get_user(user_id)
    if user is not None:
        update_session_auth_hash(request, user)


def note_seen(request: HttpRequest, *, at: datetime) -> None:
    """Write down that the session is in use, at most every SEEN_RESOLUTION."""
    seen = request.session.get(LAST_SEEN_AT)
    if seen is not None and datetime.fromisoformat(seen) < at - SEEN_RESOLUTION:
        request.session[LAST_SEEN_AT] = at.isoformat()
