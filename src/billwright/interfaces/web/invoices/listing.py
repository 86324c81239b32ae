"""The list of documents: filters in the address, totals a currency, export of exactly what is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.accounts.queries import account_ids_by_number
from billwright.interfaces.web.acting import at_of, may, permissions, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import entities_of
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import DayField, FilterForm
from billwright.interfaces.web.invoices.words import KINDS, ORIGINS, standing, tag, words_of
from billwright.interfaces.web.paging import by_ids
from billwright.invoicing.states import InvoiceState
from billwright.reporting.documents import (
    DocumentFilter,
    DocumentTotal,
    ListedDocument,
    list_documents,
    total_documents,
)
from billwright.reporting.size import COUNTED_MAX
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table, Totals

STANDINGS = [
    ("", _("All")),
    ("open", _("Something open")),
    ("overdue", _("Overdue")),
    ("settled", _("Settled")),
    ("draft", _("Drafts")),
    ("discarded", _("Discarded")),
]


class DocumentsForm(FilterForm):
    """Which documents."""

    number = forms.CharField(label=_("Number"), required=False, max_length=40)
    account = forms.CharField(label=_("Account"), required=False, max_length=40)
    standing = forms.ChoiceField(label=_("State"), required=False, choices=STANDINGS, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *KINDS.items()])
    origin = forms.ChoiceField(label=_("Origin"), required=False, choices=[("", _("All")), *ORIGINS.items()])
    company = forms.ChoiceField(label=_("Company"), required=False)
    currency = forms.CharField(label=_("Currency"), required=False, max_length=3)
    since = DayField(label=_("Dated from"), required=False)
    until = DayField(label=_("to"), required=False)
    run = forms.IntegerField(label=_("Bill run"), required=False, min_value=1, widget=forms.HiddenInput)

    def prepare(self, request: HttpRequest) -> None:
        """Offer the companies whose documents the person may see; with one there is nothing to choose."""
        allowed = permissions(request).entities_for("invoice.view")
        self.entities = [one for one in entities_of(request) if allowed is None or one.id in allowed]
        self.sees_all = allowed is None
        field: forms.ChoiceField = self.fields["company"]  # type: ignore[assignment]
        field.choices = [("", _("All")), *((one.code, one.name) for one in self.entities)]
        if len(self.entities) < 2:
            del self.fields["company"]


def wanted_documents(filters: DocumentsForm, *, today: date) -> DocumentFilter:
    """What the address asks for. An account number that nobody has finds nothing."""
    asked = filters.asked
    ids = [one.id for one in filters.entities if not asked("company") or one.code == asked("company")]
    account_id = None
    if asked("account"):
        account_id = account_ids_by_number([asked("account")]).get(asked("account"), 0)
    wanted = DocumentFilter(
        entity_ids=None if filters.sees_all and not asked("company") else tuple(ids),
        account_id=account_id,
        number=asked("number") or None,
        kind=asked("kind") or None,
        origin=asked("origin") or None,
        currency=(asked("currency") or "").upper() or None,
        run_id=asked("run"),
        dated_from=asked("since"),
        dated_to=asked("until"),
    )
    return _standing_as(asked("standing") or "", wanted, today)


def _standing_as(asked: str, wanted: DocumentFilter, today: date) -> DocumentFilter:
    if asked in ("draft", "discarded"):
        return replace(wanted, state=InvoiceState.DRAFT if asked == "draft" else InvoiceState.DISCARDED)
    if asked == "overdue":
        return replace(wanted, is_open=True, overdue_on=today)
    if asked in ("open", "settled"):
        return replace(wanted, is_open=asked == "open")
    return wanted


@require_GET
def invoices(request: HttpRequest) -> HttpResponse:
    """Documents, the last written first."""
    require(request, "invoice.view")
    filters = DocumentsForm(request)
    today = timezone.localdate(at_of(request))
    wanted = wanted_documents(filters, today=today)
    page = by_ids(request, lambda before_id, limit: list_documents(wanted, before_id=before_id, limit=limit))
    totals = total_documents(wanted)
    count = sum(total.document_count for total in totals)
    table = Table(
        request,
        columns=_columns(filters, today),
        rows=page.rows,
        page=page,
        count=count,
        counts_at_most=COUNTED_MAX,
        totals=[_totals(total) for total in totals] if count < COUNTED_MAX else (),
        chips=tables.chips_of(request, filters),
        label=_("Documents"),
    )
    if wants_export(request):
        return tables.export(table, title=gettext("Invoices"))
    context = {
        "table": table,
        "filters": filters,
        "views": _views(request),
        "may_draft": may(request, "invoice.draft"),
        "may_export": may(request, RIGHT),
        "narrowed": bool(table.chips) or any(filters.asked(name) for name in ("run", "standing")),
        "run_id": filters.asked("run"),
    }
    return render(request, "web/invoices/list.html", context)


def _totals(total: DocumentTotal) -> Totals:
    return Totals(f"{gettext('Total')} {total.total.currency}", {"total": total.total, "open": total.open})


def _views(request: HttpRequest) -> list[SavedView]:
    current = request.GET.get("standing", "")
    return [SavedView(words, f"?standing={key}" if key else "?", current=current == key) for key, words in STANDINGS]


def _columns(filters: DocumentsForm, today: date) -> list[Column]:
    codes = {one.id: one.code for one in filters.entities}

    def words(row: ListedDocument) -> tuple[str, str]:
        return standing(row.state, open_=row.open, due_date=row.next_due, today=today)

    def state_tag(row: ListedDocument) -> SafeString:
        return tag(*words(row))

    return [
        Column("number", _("Number"), value=_name, url=lambda row: reverse("web:invoice", args=[row.id])),
        Column(
            "account",
            _("Account"),
            value=lambda row: f"{row.account_number} · {row.account_name}",
            url=lambda row: address_of("web:account", row.account_id),
        ),
        Column("kind", _("Kind"), value=lambda row: words_of(KINDS, row.kind), optional=True),
        Column("standing", _("State"), value=lambda row: words(row)[0], render=state_tag),
        Column("origin", _("Origin"), value=lambda row: words_of(ORIGINS, row.origin), hidden=True),
        Column("company", _("Company"), value=lambda row: codes.get(row.legal_entity_id, ""), optional=True),
        Column("date", _("Date"), kind="date", value=lambda row: row.document_date, optional=True),
        Column("due", _("Due"), kind="date", value=lambda row: row.due_date, optional=True),
        Column("currency", _("Currency"), value=lambda row: row.total.currency, hidden=True),
        Column("run", _("Bill run"), kind="number", value=lambda row: row.run_id, hidden=True),
        Column("total", _("Total"), kind="money", value=lambda row: row.total),
        Column("open", _("Open"), kind="money", value=lambda row: row.open),
    ]


def _name(row: ListedDocument) -> str:
    return row.number or gettext("Draft %(id)d") % {"id": row.id}
