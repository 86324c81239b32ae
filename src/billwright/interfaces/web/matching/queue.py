"""The queue: receipts that wait, the oldest first, with what is proposed for each."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from billwright.interfaces.web.accounts.scope import today, visible_entities
from billwright.interfaces.web.acting import actor_of, may
from billwright.interfaces.web.matching.words import REASONS, ground_words
from billwright.interfaces.web.paging import by_days
from billwright.receivables.match_rows import MatchRow
from billwright.receivables.queries import age_queue, list_queue
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """A page of the queue, or all of it as a spreadsheet."""
    entity_ids = [entity.id for entity in visible_entities(request, "match.view")]
    day = today(request)
    view = request.GET.get("view", "")
    wanted = _filter(request, view, day)
    page = by_days(
        request,
        lambda after, limit: list_queue(legal_entity_ids=entity_ids, after=after, limit=limit, **wanted),
        key=lambda row: (row.value_date, row.match_id),
    )
    table = Table(
        request,
        columns=_columns(day),
        rows=page.rows,
        page=page,
        label=_("Receipts that wait"),
        selectable=may(request, "match.accept"),
        row_id=lambda row: row.match_id,
        row_tone=lambda row: "bad" if row.target_on < day else "",
    )
    if tables.wants_export(request):
        return tables.export(table, title=_("Receipts that wait"))
    context = {
        "table": table,
        "views": _views(view),
        "view": view,
        "ages": age_queue(on=day, legal_entity_ids=entity_ids),
        "may_run": may(request, "match.run"),
        "may_accept": may(request, "match.accept"),
    }
    return render(request, "web/matching/queue.html", context)


def _filter(request: HttpRequest, view: str, day: date) -> dict[str, Any]:
    if view == "mine":
        return {"owner": actor_of(request)}
    if view == "late":
        return {"overdue_on": day}
    return {"with_proposal": {"proposed": True, "nothing": False}.get(view)}


def _views(chosen: str) -> list[SavedView]:
    named = (
        ("", _("All")),
        ("proposed", _("With a proposal")),
        ("nothing", _("Nothing found")),
        ("late", _("Past their target")),
        ("mine", _("Mine")),
    )
    return [SavedView(label, f"?view={key}" if key else "?", current=chosen == key) for key, label in named]


def _columns(day: date) -> list[Column]:
    return [
        Column(
            "receipt",
            _("Receipt"),
            value=lambda row: row.text or row.reference or row.payment_number or str(row.payment_id),
            url=lambda row: reverse("web:matching-receipt", args=[row.match_id]),
            wrap=True,
        ),
        Column("value_date", _("Value date"), kind="date", value=lambda row: row.value_date),
        Column("left", _("Waits"), kind="money", value=lambda row: row.left),
        Column("payer", _("Payer"), value=lambda row: row.account_name or row.payer_name or "–", optional=True),
        Column("pays", _("Pays"), value=_pays, wrap=True),
        Column("why", _("Because"), value=_why, wrap=True, optional=True),
        Column(
            "probability", _("Probability"), kind="percent", value=lambda row: row.probability or None, optional=True
        ),
        Column("age", _("Days"), kind="number", value=lambda row: (day - row.value_date).days, hidden=True),
        Column("target", _("Target"), kind="date", value=lambda row: row.target_on, hidden=True),
        Column("owner", _("Owner"), value=lambda row: row.owner, hidden=True),
    ]


def _pays(row: MatchRow) -> str:
    return ", ".join(item.number for item in row.items) or "–"


def _why(row: MatchRow) -> str:
    return ground_words(row.evidence_kind) if row.items else str(REASONS.get(row.reason, row.reason))
