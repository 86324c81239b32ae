"""The left navigation: entries that the interfaces register, shown only to those who may open the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Section(Enum):
    """The jobs by which the navigation is ordered, top to bottom."""

    MY_WORK = "my_work"
    RECEIVABLES = "receivables"
    BILLING = "billing"
    DESK = "desk"
    FINANCE = "finance"
    SET_UP = "set_up"


# The first section has no heading: it is where the day starts.
SECTION_LABELS: dict[Section, Text] = {
    Section.MY_WORK: "",
    Section.RECEIVABLES: _("Receivables"),
    Section.BILLING: _("Billing"),
    Section.DESK: _("Desk"),
    Section.FINANCE: _("Finance"),
    Section.SET_UP: _("Set-up"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One page in the navigation.

    `permission` is what the person needs to see it (None: every signed-in person). `covers` lists the URL names, or
    beginnings of names ending in `*`, for which the entry is marked as current: an invoice marks "Invoices".
    `count` says how many things wait there. `key` opens it as the second key after `g`.
    """

    label: Text
    icon: str
    url_name: str
    section: Section
    permission: str | None = None
    covers: tuple[str, ...] = ()
    count: Callable[[HttpRequest], int | None] | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as the template draws it."""

    label: Text
    icon: str
    url: str
    current: bool
    count: int | None
    key: str


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A heading and the entries under it that this person may open."""

    label: Text
    entries: tuple[ShownEntry, ...]


PermissionCheck = Callable[[HttpRequest, str], bool]

_entries: dict[str, Entry] = {}
_allows: list[PermissionCheck] = []


def register(*entries: Entry) -> None:
    """Add entries, called from `AppConfig.ready`; the same URL name again replaces the former entry."""
    for entry in entries:
        _entries[entry.url_name] = entry


def ask_permission_of(check: PermissionCheck) -> None:
    """Say which function answers whether the person of a request holds a permission."""
    _allows[:] = [check]


def sections(request: HttpRequest) -> tuple[ShownSection, ...]:
    """The navigation of this person on this page. Entries whose page is not mounted are left out."""
    shown = []
    for section, label in SECTION_LABELS.items():
        entries = tuple(_shown(request, (entry for entry in _entries.values() if entry.section is section)))
        if entries:
            shown.append(ShownSection(label, entries))
    return tuple(shown)


def _shown(request: HttpRequest, entries: Iterable[Entry]) -> Iterable[ShownEntry]:
    for entry in entries:
        if entry.permission is not None and not _may(request, entry.permission):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        count = entry.count(request) if entry.count else None
        yield ShownEntry(entry.label, entry.icon, url, _is_current(request, entry), count, entry.key)


def _may(request: HttpRequest, permission: str) -> bool:
    """Somebody who is not signed in may nothing; the wired check is only asked about persons."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    return _allows[0](request, permission) if _allows else bool(user.has_perm(permission))


def _is_current(request: HttpRequest, entry: Entry) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    name = match.view_name
    for pattern in (entry.url_name, *entry.covers):
        if name == pattern or (pattern.endswith("*") and name.startswith(pattern[:-1])):
            return True
    return False
