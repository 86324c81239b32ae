"""The journal: entries of a company, one entry with its sides, and the export for an outside general ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.operations.oversight import run_export
from billwright.access.queries import display_names
from billwright.interfaces.web.acting import may, perform, require
from billwright.interfaces.web.entities import may_in, require_in
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import DayField
from billwright.interfaces.web.ledger.books import BooksForm, address, books_of, day_in, stands_for
from billwright.interfaces.web.ledger.words import KINDS, kind_words
from billwright.interfaces.web.paging import by_ids
from billwright.interfaces.web.subjects import url_of
from billwright.kernel.money import Money
from billwright.ledger import queries
from billwright.ledger.queries import EntryRow, PostingRow
from billwright.ledger.states import EntryKind
from billwright.org.queries import LegalEntityRow, get_legal_entity
from billwright.render.csv_out import csv_lines
from billwright.render.xlsx import Sheet
from billwright.ui import downloads, responses, tables
from billwright.ui.tables import Column, Table
from billwright.ui.templatetags import ui_tags


class JournalForm(BooksForm):
    """Which entries."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To and including"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *KINDS.items()])
    entry_key = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)


@require_GET
def journal(request: HttpRequest) -> HttpResponse:
    """The entries of a company, the newest first."""
    entity = books_of(request)
    filters = JournalForm(request, entity=entity.code)
    page = by_ids(request, lambda before_id, limit: _entries(entity, filters, before_id=before_id, limit=limit))
    table = Table(request, columns=_COLUMNS, rows=page.rows, page=page, label=_("Journal"))
    if wants_export(request):
        return tables.export(table, title=f"{entity.code} {gettext('Journal')}")
    context = {
        "table": table,
        "filters": filters,
        "entity": entity,
        "may_post": may_in(request, "journal_entry.post_manual", entity.id),
        "may_export": may(request, RIGHT),
        "narrowed": any(filters.asked(name) for name in ("since", "until", "kind", "entry_key")),
    }
    return render(request, "web/ledger/journal.html", context)


def _entries(entity: LegalEntityRow, filters: JournalForm, *, before_id: int | None, limit: int) -> list[EntryRow]:
    return queries.list_entries(
        legal_entity_id=entity.id,
        since=filters.asked("since"),
        until=filters.asked("until"),
        kind=filters.asked("kind") or "",
        entry_key=filters.asked("entry_key") or "",
        before_id=before_id,
        limit=limit,
    )


def debits(entry: EntryRow) -> list[Money]:
    """What the entry moves: the sum of its debits, a Money a currency."""
    sums: dict[str, int] = {}
    for side in entry.postings:
        sums[side.currency] = sums.get(side.currency, 0) + max(side.amount_minor, 0)
    return [Money(amount_minor, currency) for currency, amount_minor in sorted(sums.items())]


def _amount(entry: EntryRow) -> Money | str:
    """The amount that a spreadsheet can add up; the few entries of several currencies say theirs as text."""
    sums = debits(entry)
    return sums[0] if len(sums) == 1 else "; ".join(map(str, sums))


def _amounts(entry: EntryRow) -> SafeString:
    parts = [ui_tags.money_of(amount) for amount in debits(entry)]
    return format_html(", ".join("{}" for _part in parts), *parts)


_COLUMNS = [
    Column(
        "id",
        _("Entry"),
        value=lambda entry: entry.id,
        url=lambda entry: reverse("web:journal-entry", args=[entry.id]),
    ),
    Column("date", _("Accounting date"), kind="date", value=lambda entry: entry.accounting_date),
    Column(
        "for",
        _("Stands for"),
        value=lambda entry: f"{kind_words(entry.kind)} {entry.entry_key}",
        render=lambda entry: stands_for(entry.entry_key, entry.kind),
    ),
    Column("narration", _("Narration"), value=lambda entry: entry.narration, wrap=True, optional=True),
    Column("document_date", _("Document date"), kind="date", value=lambda entry: entry.document_date, hidden=True),
    Column("recorded_at", _("Recorded"), kind="datetime", value=lambda entry: entry.recorded_at, hidden=True),
    Column(
        "amount",
        _("Amount"),
        kind="money",
        value=_amount,
        render=_amounts,
    ),
]


@require_GET
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One entry: its sides, what it stands for, when it was known and by whom, and its reversal."""
    row = queries.get_entry(entry_id)
    require_in(request, "ledger.view", row.legal_entity_id)
    entity = get_legal_entity(legal_entity_id=row.legal_entity_id)
    context = {
        "entry": row,
        "entity": entity,
        "sides": [_Side(side, entity.base_currency) for side in row.postings],
        "is_foreign": any(side.currency != entity.base_currency for side in row.postings),
        "totals": debits(row),
        "kind_words": kind_words(row.kind),
        "stands_for_url": url_of(row.entry_key),
        "siblings_url": address("web:journal", entry_key=row.entry_key) if ":" in row.entry_key else "",
        "person": display_names([row.actor])[row.actor],
        "may_reverse": row.kind == EntryKind.MANUAL
        and row.reversed_by_id is None
        and may_in(request, "journal_entry.reverse", row.legal_entity_id),
    }
    return render(request, "web/ledger/entry.html", context)


class _Side:
    """A side as the page draws it: an amount in one of two columns."""

    def __init__(self, posting: PostingRow, base_currency: str) -> None:
        amount = Money(posting.amount_minor, posting.currency)
        self.base = Money(posting.base_minor, base_currency)
        self.posting = posting
        self.debit = amount if posting.amount_minor >= 0 else None
        self.credit = -amount if posting.amount_minor < 0 else None
        self.account_url = reverse("web:ledger-account", args=[posting.ledger_account_id])
        self.billing_account_url = url_of(f"account:{posting.billing_account_id}")


class ExportForm(BooksForm):
    """Which days go out, and in which form."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("To and including"), required=False)
    form = forms.ChoiceField(
        label=_("File"), required=False, choices=[("csv", _("CSV, for programs")), ("xlsx", _("Excel workbook"))]
    )


EXPORT_COLUMNS = (
    ("entry", "number"), ("line", "number"), ("accounting_date", "date"), ("document_date", "date"),
    ("recorded_at", "text"), ("kind", "text"), ("stands_for", "text"), ("narration", "text"), ("account", "text"),
    ("account_name", "text"), ("billing_account", "text"), ("currency", "text"), ("amount", "money"),
    ("base_amount", "money"), ("tax_code", "text"), ("cost_center", "text"),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Every posting of the days asked for, debit positive: a drawer first, then the file."""
    entity = books_of(request)
    require(request, RIGHT)
    today = day_in(entity, request)
    filters = ExportForm(request, entity=entity.code, since=today.replace(day=1), until=today, form="csv")
    if request.method == "POST" and filters.is_valid():
        return _download(request, address("web:journal-export", **filters.cleaned_data, download=1))
    if "download" in request.GET and filters.is_valid():
        asked = {name: str(value) for name, value in filters.cleaned_data.items()}
        perform(request, run_export, report="journal-export", filters=asked, legal_entity_id=entity.id)
        return _file(entity, filters)
    status = 422 if filters.errors else 200
    return responses.drawer(request, "web/ledger/export.html", {"filters": filters, "entity": entity}, status=status)


def _download(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser to the file; the page stays where it is."""
    if not responses.wants_fragment(request):
        return HttpResponseRedirect(url)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = url
    return answer


def _file(entity: LegalEntityRow, filters: ExportForm) -> HttpResponse | StreamingHttpResponse:
    """The journal as a file: CSV is streamed as it is read, a workbook has to be whole before it is sent."""
    since, until, form = filters.asked("since"), filters.asked("until"), filters.asked("form")
    rows = _exported(entity, since=since, until=until)
    name = f"{entity.code}-journal-{since}-{until}"
    if form == "xlsx":
        return downloads.workbook([Sheet(title=gettext("Journal"), columns=EXPORT_COLUMNS, rows=rows)], name=name)
    lines = csv_lines(columns=[column for column, _kind in EXPORT_COLUMNS], rows=rows)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _exported(entity: LegalEntityRow, *, since: date, until: date) -> Iterator[tuple[object, ...]]:
    for posting in queries.stream_journal(legal_entity_id=entity.id, since=since, until=until):
        yield (
            posting.entry_id, posting.line_no, posting.accounting_date, posting.document_date,
            posting.recorded_at.isoformat(), posting.kind, posting.entry_key, posting.narration, posting.code,
            posting.name, str(posting.billing_account_id or ""), posting.currency,
            Money(posting.amount_minor, posting.currency), Money(posting.base_minor, entity.base_currency),
            posting.tax_code, posting.cost_center,
        )  # fmt: skip
