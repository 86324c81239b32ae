"""What everybody may do about themselves: profile, password, sessions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from billwright.access.models import StaffSession, User
from billwright.access.operations.users import apply_profile, locked_user
from billwright.access.passwords import refuse_key, require_good_password
from billwright.access.queries import UserRow, user_id_of, user_row
from billwright.kernel.acts import Act, verb
from billwright.kernel.errors import NotFound, Refusal


def own_user(act: Act) -> User:
    """The acting person, locked. Raises NotFound when the actor is the machine or the built-in user."""
    return locked_user(user_id_of(act.actor) or 0)


@verb("profile.change", subject=lambda _arguments, user: user.actor)
def change_profile(*, act: Act, display_name: str, email: str, language: str, timezone: str) -> UserRow:
    """Change how one is called and which language and time zone one reads in."""
    return apply_profile(own_user(act), display_name=display_name, email=email, language=language, timezone=timezone)


@verb("password.change", subject=lambda _arguments, user: user.actor)
def change_password(*, act: Act, old_password: str, new_password: str) -> UserRow:
    """Change one's own password; every other session ends, because a session is bound to the password's hash.

    Raises Refusal `password.wrong`, `password.unchanged`, `password.too_weak`.
    """
    refuse_key(act)
    user = own_user(act)
    if not user.check_password(old_password):
        raise Refusal("password.wrong", _("This is not your present password."), field="old_password")
    if old_password == new_password:
        raise Refusal("password.unchanged", _("Take another password than the present one."), field="new_password")
    require_good_password(new_password, user=user, field="new_password")
    user.password = make_password(new_password)
    user.password_change_due = False
    user.save(update_fields=["password", "password_change_due"])
    return user_row(user)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A browser that is logged in. `id` is a digest: the session's own key would be as good as the password."""

    id: str
    started_at: datetime | None
    last_seen_at: datetime | None
    address: str
    browser: str
    is_current: bool


def session_id(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def list_sessions(*, user_id: int, current_key: str | None, at: datetime) -> list[SessionRow]:
    """The sessions of a person that have not expired, the present one first."""
    sessions = StaffSession.objects.filter(user_id=user_id, expire_date__gt=at).order_by("-last_seen_at")
    rows = [
        SessionRow(
            id=session_id(session.session_key),
            started_at=session.started_at,
            last_seen_at=session.last_seen_at,
            address=session.address or "",
            browser=session.browser,
            is_current=session.session_key == current_key,
        )
        for session in sessions
    ]
    return sorted(rows, key=lambda row: not row.is_current)


@dataclass(frozen=True, slots=True)
class SessionsEnded:
    user_id: int
    count: int


@verb("session.end", subject=lambda _arguments, ended: f"user:{ended.user_id}")
def end_sessions(*, act: Act, session: str | None = None, all_but: str | None = None) -> SessionsEnded:
    """End one session of one's own, or all but the one named by `all_but`.

    Raises NotFound `session.unknown` when it has ended already or is not one's own.
    """
    user = own_user(act)
    keys = [
        key
        for key in StaffSession.objects.filter(user=user).values_list("session_key", flat=True)
        if (session_id(key) == session if session is not None else session_id(key) != all_but)
    ]
    if session is not None and not keys:
        raise NotFound("session.unknown", _("This session has ended already."), field="session")
    StaffSession.objects.filter(session_key__in=keys).delete()
    return SessionsEnded(user.pk, len(keys))
