"""Debits to announce: which customers are to be told by now, who was told already, and the mails that tell the rest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import get_accounts
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import acting_entity, day_at, may_in, require_in
from billwright.interfaces.web.forms import ActForm, bound
from billwright.interfaces.web.reports.awaiting import awaited
from billwright.interfaces.web.tags import Words, state_column
from billwright.ui import tables
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, Table
from billwright.workflow.collection_news import AnnouncementRow, announce_debits, list_announcements, wants_news

TITLE = gettext_lazy("Debits to announce")
STANDINGS: Words = {
    "told": (gettext_lazy("Mail queued"), "good", "check"),
    "to_tell": (gettext_lazy("To be told"), "warn", "hourglass"),
    "no_mail": (gettext_lazy("Takes no mail: tell another way"), "bad", "mail"),
}


@require_GET
@awaited(TITLE, right="collection.view")
def announcements(request: HttpRequest) -> HttpResponse:
    """Debits of the acting company whose notice has begun, the soonest first, or as a spreadsheet."""
    entity = acting_entity(request)
    require_in(request, "collection.view", entity.id)
    today = day_at(request, entity.id)
    rows = list_announcements(legal_entity_id=entity.id, as_of=today)
    names = {id_: row.shown_name for id_, row in get_accounts({row.account_id for row in rows}).items()}
    page = Page(rows=rows, next_cursor="", previous_cursor="")
    table = Table(request, columns=_columns(names), rows=rows, page=page, label=TITLE)
    if tables.wants_export(request):
        return tables.export(table, title=str(TITLE))
    context = {
        "table": table,
        "title": TITLE,
        "entity": entity,
        "sends_none": not wants_news(legal_entity_id=entity.id, on=today),
        "may_announce": may_in(request, "collection.announce", entity.id)
        and any(standing_of(row) == "to_tell" for row in rows),
    }
    return render(request, "web/collecting/announcements.html", context)


def standing_of(row: AnnouncementRow) -> str:
    """What was done about a debit: one of `STANDINGS`."""
    if row.message_id is not None:
        return "told"
    return "to_tell" if row.is_mailed else "no_mail"


def _columns(names: dict[int, str]) -> list[Column]:
    return [
        Column(
            "account",
            gettext_lazy("Account"),
            value=lambda row: names[row.account_id],
            url=lambda row: reverse("web:account", args=[row.account_id]),
        ),
        Column("on", gettext_lazy("Debited on"), kind="date", value=lambda row: row.debited_on),
        Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
        state_column(STANDINGS, "standing", of=standing_of, url=_message_url),
        Column("method", gettext_lazy("From"), value=lambda row: row.method_label, optional=True),
        Column(
            "mandate",
            gettext_lazy("Mandate or document"),
            value=lambda row: row.reference,
            url=lambda row: reverse("web:mandate", args=[row.mandate_id]) if row.mandate_id else "",
            optional=True,
        ),
        Column("scheme", gettext_lazy("Scheme"), value=lambda row: row.scheme, optional=True),
    ]


def _message_url(row: AnnouncementRow) -> str:
    return reverse("web:message", args=[row.message_id]) if row.message_id is not None else ""


@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Queue the mails of today; the daily job does the same."""
    entity = acting_entity(request)
    require_in(request, "collection.announce", entity.id)
    today = day_at(request, entity.id)
    return act_by_drawer(
        request,
        announce_debits,
        form=bound(ActForm, request),
        arguments=lambda _given: {"legal_entity_id": entity.id, "as_of": today},
        url=reverse("web:collection-announcements"),
        told=lambda queued: (
            ngettext("%(count)d mail is queued.", "%(count)d mails are queued.", queued) % {"count": queued}
        ),
        context={
            "title": _("Announce debits of %(company)s") % {"company": entity.name},
            "icon": "send",
            "submit": _("Queue the mails"),
            "follows": [
                ("mail", _("Each customer is told once of a debit, in his language, by the company's template")),
                ("calendar", _("The job of each morning does the same by itself")),
            ],
        },
    )
