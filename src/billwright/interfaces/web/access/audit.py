"""The audit trail: who did what to what, when and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from billwright.access.authority import AUTHORITY
from billwright.access.queries import display_names, find_user
from billwright.interfaces.web.access.approvals import words_of
from billwright.interfaces.web.access.forms import AuditFilter
from billwright.interfaces.web.acting import permissions, require, require_everywhere
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.paging import PAGE_SIZE, every
from billwright.interfaces.web.subjects import url_of
from billwright.kernel import audit
from billwright.ui import keyset, responses, tables
from billwright.ui.keyset import Order
from billwright.ui.tables import Column, Table

CHANGE_LETTERS_MAX = 200


def columns_of(names: dict[str, str]) -> list[Column]:
    """The columns of the list; `names` says what people read instead of actor keys."""

    def who(event: Any) -> str:
        name = names.get(event.actor, event.actor)
        asked = names.get(event.on_behalf_of, event.on_behalf_of)
        return _("%(name)s for %(asked)s") % {"name": name, "asked": asked} if asked else name

    return [
        Column(
            "at",
            _("When"),
            kind="datetime",
            value=lambda event: event.recorded_at,
            url=lambda event: reverse("web:audit-event", args=[event.pk]),
        ),
        Column("who", _("Who"), value=who),
        Column("verb", _("Act"), value=lambda event: words_of(event.verb)),
        Column("subject", _("About"), value=lambda event: event.subject, url=lambda event: url_of(event.subject)),
        Column("reason", _("Reason"), value=lambda event: event.reason, wrap=True, optional=True),
        Column("changed", _("Changed"), value=change_in_words, render=_begun, wrap=True, optional=True),
    ]


def _begun(event: Any) -> str:
    """The beginning of what was changed: the words of a mail are thousands of letters, and the row opens them whole."""
    return Truncator(change_in_words(event)).chars(CHANGE_LETTERS_MAX)


def change_in_words(event: Any) -> str:
    """`language: en → bg`, for what was told of the change."""
    before, after = event.before or {}, event.after or {}
    parts = []
    for name in dict.fromkeys([*before, *after]):
        was, became = before.get(name), after.get(name)
        parts.append(f"{name}: {became}" if name not in before else f"{name}: {was} → {became}")
    return "; ".join(parts)


def audit_list(request: HttpRequest) -> HttpResponse:
    """The trail, the newest first, by act, subject, person and time."""
    require(request, "audit.view")
    filters = AuditFilter(request.GET)
    filters.is_valid()
    asked = {name: value for name, value in filters.cleaned_data.items() if value}
    may_read = _may_read(request, asked.get("subject", ""))
    person = find_user(asked["actor"]) if "actor" in asked else None
    if person is not None:
        asked["actor"] = person.actor
    found = audit.list_events(**asked) if may_read else audit.list_events().none()
    newest = Order("id", descending=True)
    page = keyset.page(found, order=newest, cursor=request.GET.get("cursor", ""), size=PAGE_SIZE)
    names = display_names(key for event in page.rows for key in (event.actor, event.on_behalf_of))
    table = Table(
        request, columns=columns_of(names), rows=page.rows, page=page, chips=tables.chips_of(request, filters)
    )
    if tables.wants_export(request):
        return tables.export(table, title=_("Audit trail"), rows=_every(found, names))
    return render(request, "web/access/audit.html", {"table": table, "filters": filters, "may_read": may_read})


def _may_read(request: HttpRequest, subject: str) -> bool:
    """Who may read the trail of some companies only reads that of one thing at a time: rows name no company."""
    companies = permissions(request).entities_for("audit.view")
    return companies is None or AUTHORITY.legal_entity_of_subject(subject) in companies


def _every(found: Any, names: dict[str, str]) -> Iterator[Any]:
    """All rows of the trail; the names of those whom they name are told before they come."""

    def read(last: int | None, limit: int) -> list[Any]:
        rows = list((found if last is None else found.filter(id__lt=last))[:limit])
        names.update(display_names(key for event in rows for key in (event.actor, event.on_behalf_of)))
        return rows

    return every(read, key=lambda event: event.pk)


def audit_event(request: HttpRequest, event_id: int) -> HttpResponse:
    """One row of the trail in full. Sealed values stay sealed; that they exist is said."""
    require(request, "audit.view")
    event = audit.get_event(event_id)
    company = AUTHORITY.legal_entity_of_subject(event.subject)
    if company is None:
        require_everywhere(request, "audit.view")
    else:
        require_in(request, "audit.view", company)
    names = display_names([event.actor, event.on_behalf_of])
    before, after = event.before or {}, event.after or {}
    context = {
        "event": event,
        "verb": words_of(event.verb),
        "who": names[event.actor],
        "asked": names[event.on_behalf_of] if event.on_behalf_of else "",
        "subject_url": url_of(event.subject),
        "changes": [(name, before.get(name), after.get(name)) for name in dict.fromkeys([*before, *after])],
    }
    return responses.drawer(request, "web/access/audit_event.html", context)
