"""Accounting periods: which months are open, and moving one on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web import approving
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.entities import acting_entity, may_in, require_in
from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import ActForm, DayField, bound, way_back
from billwright.interfaces.web.ledger.books import BooksForm, books_of, day_in
from billwright.interfaces.web.ledger.words import PERIOD_ICONS, PERIOD_STATES, PERIOD_TONES
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.kernel.periods import add_months
from billwright.ledger import operations, queries
from billwright.ledger.queries import PeriodRow
from billwright.ledger.states import ACCOUNTING_PERIOD, PeriodState
from billwright.org.queries import LegalEntityRow, get_legal_entity
from billwright.render.formats import Formats
from billwright.ui import formats, responses, tables, toasts
from billwright.ui.tables import Column, Table
from billwright.ui.templatetags.ui_tags import icon
from billwright.workflow.revenue_recognition import unrecognized


@dataclass(frozen=True, slots=True)
class Move:
    """A move of a period as the page offers it."""

    verb: str
    run: Callable[..., PeriodState]
    label: str | Promise
    icon: str
    follows: tuple[str | Promise, ...]


MOVES: Final[dict[str, Move]] = {
    "start_closing": Move(
        "period.start_closing",
        operations.start_closing_period,
        _("Start closing"),
        "hourglass",
        (_("Documents, receipts and allocations of this month are refused from now on or go to the next open day."),
         _("Closing work may still be posted.")),
    ),
    "close": Move(
        "period.close",
        operations.close_period,
        _("Close"),
        "circle-check",
        (_("Nobody posts into this month any more."), _("It can be opened again by approval.")),
    ),
    "reopen": Move(
        "period.reopen",
        operations.reopen_period,
        _("Open again"),
        "lock-open",
        (_("Everybody may post into this month again."), _("Reports of the month can change.")),
    ),
    "lock": Move(
        "period.lock",
        operations.lock_period,
        _("Lock for good"),
        "lock",
        (_("The month has been reported to the outside: it is never opened again."),),
    ),
}  # fmt: skip


class PeriodsForm(BooksForm):
    """Which company's periods."""


@require_GET
def periods(request: HttpRequest) -> HttpResponse:
    """The periods of a company, the newest first, each with the moves that are legal and allowed."""
    entity = books_of(request)
    exporting = wants_export(request)
    rows = list(reversed(queries.list_periods(entity.id)))
    columns = _columns(request, entity, today=day_in(entity, request))
    table = Table(
        request, columns=columns[:-1] if exporting else columns, rows=rows, count=len(rows), label=_("Periods")
    )
    if exporting:
        return tables.export(table, title=f"{entity.code} {gettext('Periods')}")
    context = {
        "table": table,
        "filters": PeriodsForm(request, entity=entity.code),
        "entity": entity,
        "may_open": may_in(request, "ledger.open_books", entity.id),
    }
    return render(request, "web/ledger/periods.html", context)


def _columns(request: HttpRequest, entity: LegalEntityRow, *, today: date) -> list[Column]:
    reader: Formats = formats.reader()

    def month(row: PeriodRow) -> SafeString:
        words = reader.month(row.starts_on)
        if not row.starts_on <= today < row.ends_before:
            return format_html("{}", words)
        return format_html('{} <span class="tag" data-tone="accent">{}</span>', words, gettext("now"))

    offered = {name for name, move in MOVES.items() if may_in(request, move.verb, entity.id)}
    return [
        Column("month", _("Month"), value=lambda row: reader.month(row.starts_on), render=month),
        Column("starts_on", _("From"), kind="date", value=lambda row: row.starts_on, optional=True),
        Column("state", _("State"), value=lambda row: PERIOD_STATES[row.state], render=_state_tag),
        Column(
            "moves",
            "",
            value=lambda row: ", ".join(_moves(row, offered)),
            render=lambda row: _buttons(row, offered),
            align="end",
        ),
    ]


def _state_tag(row: PeriodRow) -> SafeString:
    return format_html(
        '<span class="tag" data-tone="{}">{}{}</span>',
        PERIOD_TONES[row.state],
        icon(PERIOD_ICONS[row.state]),
        PERIOD_STATES[row.state],
    )


def _moves(row: PeriodRow, offered: set[str]) -> list[str]:
    """The moves that are legal in this state and allowed to this person."""
    return [name for name in ACCOUNTING_PERIOD.offered(row.state) if name in offered]


def _buttons(row: PeriodRow, offered: set[str]) -> SafeString:
    buttons = (
        (reverse("web:period-move", args=[row.id, name]), name, row.id, icon(MOVES[name].icon), MOVES[name].label)
        for name in _moves(row, offered)
    )
    markup = (
        '<a class="button small" href="{0}" hx-get="{0}" hx-target="#drawer" aria-haspopup="dialog" id="{1}-{2}">'
        "{3} {4}</a>"
    )
    return format_html('<span class="row">{}</span>', format_html_join(" ", markup, buttons))


class MoveForm(ActForm):
    """Why a period moves; asked for where a second person must agree."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, period_id: int, move: str) -> HttpResponse:
    """Move a period on, or ask that another person do it where the matrix wants two."""
    chosen = MOVES.get(move)
    period = queries.get_period(period_id)
    if chosen is None:
        raise NotFound("period.unknown_move", gettext("A period cannot be moved in this way."))
    require_in(request, chosen.verb, period.legal_entity_id)
    entity = get_legal_entity(legal_entity_id=period.legal_entity_id)
    asks = approving.needs_second_person(chosen.verb)
    month = formats.reader().month(period.starts_on)
    form = bound(MoveForm, request)
    form.fields["reason"].required = asks
    if request.method == "POST" and form.is_valid():
        try:
            ACCOUNTING_PERIOD.enter(move, period.state)
            _carry_out(request, chosen, period, case_text=f"{chosen.label}: {entity.name}, {month}", form=form)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            return responses.done(request, f"{reverse('web:periods')}?entity={entity.code}")
    context = {"form": form, "move": chosen, "month": month, "entity": entity, "asks": asks,
               "unrecognized": _unrecognized(period, move)}  # fmt: skip
    return responses.drawer(request, "web/ledger/period_move.html", context, status=422 if form.errors else 200)


def _unrecognized(period: PeriodRow, move: str) -> list[Money]:
    """What a month that is about to close should have recognized and has not: the checklist of its close."""
    if move not in ("start_closing", "close"):
        return []
    with transaction.atomic():
        return unrecognized(legal_entity_id=period.legal_entity_id, as_of=period.ends_before - timedelta(days=1))


def _carry_out(request: HttpRequest, move: Move, period: PeriodRow, *, case_text: str, form: MoveForm) -> None:
    reason = form.cleaned_data["reason"]
    if approving.needs_second_person(move.verb):
        approving.ask(request, move.verb, reason=reason, case_text=case_text, arguments={"period_id": period.id})
        return
    state = perform(request, move.run, reason=reason, period_id=period.id)
    words = {"month": formats.reader().month(period.starts_on), "state": PERIOD_STATES[state]}
    toasts.toast(request, _("%(month)s: %(state)s") % words)


class OpenForm(ActForm):
    """Until which month the books are open."""

    first_month = DayField(label=_("From the month of"))
    last_month = DayField(label=_("To the month of"))

    def clean(self) -> None:
        """The last month is not before the first, and not decades after it."""
        first, last = self.cleaned_data.get("first_month"), self.cleaned_data.get("last_month")
        if first and last and last < first:
            self.add_error("last_month", gettext("This is before the first month."))
        if first and last and last > add_months(first, 12 * 30):
            self.add_error("last_month", gettext("At most thirty years can be opened at once."))


@require_http_methods(["GET", "POST"])
def open_months(request: HttpRequest) -> HttpResponse:
    """Open the books of a company, or open further months; repeating it adds only what is missing."""
    entity = acting_entity(request)
    require_in(request, "ledger.open_books", entity.id)
    form = bound(OpenForm, request, **_months_to_open(entity, day_in(entity, request)))
    if request.method == "POST" and form.is_valid():
        months = {name: form.cleaned_data[name].replace(day=1) for name in ("first_month", "last_month")}
        try:
            perform(request, operations.open_books, legal_entity_id=entity.id, **months)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The books are open."))
            return responses.done(request, way_back(request, f"{reverse('web:periods')}?entity={entity.code}"))
    context = {"form": form, "entity": entity}
    return responses.drawer(request, "web/ledger/period_open.html", context, status=422 if form.errors else 200)


def _months_to_open(entity: LegalEntityRow, today: date) -> dict[str, date]:
    """Go on after the last period, else begin with this fiscal year; always to the end of the next one."""
    present = queries.list_periods(entity.id)
    year_begins = today.replace(month=entity.fiscal_year_starts_month, day=1)
    if year_begins > today:
        year_begins = add_months(year_begins, -12)
    first = present[-1].ends_before if present else year_begins
    return {"first_month": first, "last_month": add_months(max(first, year_begins), 23)}
