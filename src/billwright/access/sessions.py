"""The session store of the staff workspace: Django's database store over rows that say whose session it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from billwright.access.models import StaffSession

# Facts of the session that its owner sees in the list of sessions; kept in columns, set by the log-in.
STARTED_AT, LAST_SEEN_AT, ADDRESS, BROWSER = "_started_at", "_last_seen_at", "_address", "_browser"


class SessionStore(DatabaseSessionStore):
    """Keeps the user and the circumstances of a session in columns of their own."""

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:
        session: StaffSession = super().create_model_instance(data)  # type: ignore[assignment]
        session.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        session.started_at = data.get(STARTED_AT)
        session.last_seen_at = data.get(LAST_SEEN_AT)
        session.address = data.get(ADDRESS)
        session.browser = data.get(BROWSER, "")[:200]
        return session
