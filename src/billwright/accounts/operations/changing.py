"""What every edit shares: who changed it meanwhile, what differs, and which of it is personal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.utils.translation import gettext as _

from billwright.access.queries import display_names
from billwright.kernel.acts import Act, note_change
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.sql import step
from billwright.kernel.trail import trail_of
from billwright.org.terms import read
from billwright.org.terms_words import written

PACKAGE = "billwright.accounts"


def owner_of(customer_id: int) -> str:
    """Whose key seals the personal values of a customer and of the accounts it has."""
    return f"customer:{customer_id}"


def require_version(*, subject: str, present: int, seen: int) -> None:
    """Refuse to write over what somebody else wrote since the editor looked, naming who and what."""
    if present == seen:
        return
    later = [row for row in trail_of([subject], limit=20) if int(row.after.get("version", 0)) > seen]
    names = display_names({row.actor for row in later})
    changes = "; ".join(
        _("%(who)s changed %(what)s at %(at)s")
        % {
            "who": names.get(row.actor, row.actor),
            "what": ", ".join(sorted(row.after.keys() - {"version"})) or row.verb,
            "at": f"{row.at:%Y-%m-%d %H:%M}",
        }
        for row in reversed(later)
    )
    raise Conflict(
        "record.changed_meanwhile",
        changes or _("It has been changed since you opened it."),
        field="version",
        cure=_("Look at the present values, then make your change again."),
    )


def differences(row: models.Model, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Old and new values of what really changes."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    return {name: getattr(row, name) for name in changed}, changed


def _told(name: str, value: Any) -> Any:
    """A value as the history tells it: days as they sort, parts of payment terms as they are written."""
    if name == "payment_parts":
        return written(read(value))
    return value.isoformat() if isinstance(value, date) else value


def note_difference(
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    personal_fields: frozenset[str],
    customer_id: int,
    version: int | None,
    effective_on: date | None,
) -> None:
    """Give the audit row its old and new values; what says who somebody is goes under the customer's key."""

    def shown(values: Mapping[str, Any], *, personal: bool) -> dict[str, Any]:
        return {name: _told(name, value) for name, value in values.items() if (name in personal_fields) == personal}

    sealed = {"before": shown(before, personal=True), "after": shown(after, personal=True)}
    note_change(
        before=shown(before, personal=False),
        after=shown(after, personal=False) | ({} if version is None else {"version": version}),
        effective_on=effective_on,
        personal=sealed if sealed["after"] or sealed["before"] else None,
        personal_of=owner_of(customer_id) if sealed["after"] or sealed["before"] else "",
    )


def require_not_future(effective_on: date | None, *, act: Act, timezone: str) -> None:
    """A change counts from a day that has come: what holds later is entered when it holds (addresses are dated)."""
    if effective_on is not None and effective_on > act.at.astimezone(ZoneInfo(timezone)).date():
        raise Refusal(
            "change.in_the_future",
            _("The change would begin on %(day)s, which has not come.") % {"day": effective_on.isoformat()},
            field="effective_on",
            cure=_("Give a day up to today."),
        )


def refresh_search(account_ids: Iterable[int]) -> None:
    """Write the search words of the accounts anew."""
    ids = sorted(set(account_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        step(PACKAGE, "drop_search_words").run(cursor, {"account_ids": ids})
        step(PACKAGE, "fill_search_words").run(cursor, {"account_ids": ids})
