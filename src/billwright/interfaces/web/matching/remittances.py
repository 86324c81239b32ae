"""Remittance advice: the list, one of them beside the books, and taking one in; what was given up by month."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.interfaces.web.accounts.scope import visible_entities
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm
from billwright.interfaces.web.matching.words import DIFFERENCES, STANDINGS
from billwright.interfaces.web.paging import by_ids
from billwright.kernel.errors import NotFound
from billwright.org.queries import LegalEntityRow
from billwright.receivables.queries import differences, get_advice, list_advice
from billwright.receivables.remittance_rows import AdviceRow, LineStanding
from billwright.receivables.states import WriteOffKind
from billwright.ui import tables
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, Table
from billwright.workflow.cash_application import take_advice


class AdviceForm(ActForm):
    """A file, and whose documents it pays."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("REMADV, X12 820, CSV, XLSX, a mail, a PDF file or plain text."),
    )
    company = forms.TypedChoiceField(label=gettext_lazy("Company"), coerce=int)
    currency = forms.CharField(
        label=gettext_lazy("Currency"),
        required=False,
        max_length=3,
        help_text=gettext_lazy("Where the file does not say; otherwise the company's own."),
    )

    def __init__(self, *args: Any, companies: list[LegalEntityRow], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(str(company.id), company.name) for company in companies]
        cast("forms.ChoiceField", self.fields["company"]).choices = choices


_COLUMNS = [
    Column(
        "name",
        gettext_lazy("File"),
        value=lambda row: row.name,
        url=lambda row: reverse("web:remittance", args=[row.advice_id]),
    ),
    Column("total", gettext_lazy("Total"), kind="money", value=lambda row: row.total),
    Column("reference", gettext_lazy("Reference"), value=lambda row: row.reference or "–", optional=True),
    Column("payer", gettext_lazy("Payer"), value=lambda row: row.payer or "–", optional=True),
    Column(
        "receipt",
        gettext_lazy("Receipt"),
        value=lambda row: row.payment_number or _("not come yet"),
        url=lambda row: reverse("web:payment", args=[row.payment_id]) if row.payment_id else "",
    ),
    Column("lines", gettext_lazy("Lines"), kind="number", value=lambda row: len(row.lines)),
    Column("differ", gettext_lazy("Differ"), kind="number", value=lambda row: row.differing_count),
    Column("format", gettext_lazy("Format"), value=lambda row: row.format, hidden=True),
    Column("paid_on", gettext_lazy("Paid on"), kind="date", value=lambda row: row.paid_on, hidden=True),
    Column("taken_at", gettext_lazy("Came in"), kind="datetime", value=lambda row: row.taken_at, optional=True),
]


@require_GET
def advice_list(request: HttpRequest) -> HttpResponse:
    """A page of advice, the newest first, or all of it as a spreadsheet."""
    entity_ids = [entity.id for entity in visible_entities(request, "match.view")]
    page = by_ids(
        request,
        lambda before_id, limit: list_advice(legal_entity_ids=entity_ids, before_id=before_id, limit=limit),
        key=lambda row: row.advice_id,
    )
    table = Table(
        request,
        columns=_COLUMNS,
        rows=page.rows,
        page=page,
        label=_("Remittance advice"),
        row_tone=lambda row: "warn" if row.differing_count else "",
    )
    if tables.wants_export(request):
        return tables.export(table, title=_("Remittance advice"))
    context = {"table": table, "may_take": may(request, "remittance.take")}
    return render(request, "web/matching/remittances.html", context)


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest) -> HttpResponse:
    """Take an advice in; its page then says what differs."""
    companies = visible_entities(request, "remittance.take")
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return act_by_drawer(
        request,
        take_advice,
        form=AdviceForm(*posted, companies=companies),
        arguments=lambda given: {
            "name": PurePath(given["file"].name or "remittance").name,
            "content": given["file"].read(),
            "legal_entity_id": given["company"],
            "currency": given["currency"].upper() or None,
        },
        url=lambda row: reverse("web:remittance", args=[row.advice_id]),
        told=_told,
        tone=lambda row: "accent" if row.repeated else "good",
        template="web/matching/remittance_new.html",
    )


def _told(row: AdviceRow) -> str:
    if row.repeated:
        return _("The same file was taken before.")
    return ngettext("%(count)d line read.", "%(count)d lines read.", len(row.lines)) % {"count": len(row.lines)}


@require_GET
def advice(request: HttpRequest, advice_id: int) -> HttpResponse:
    """One advice: each line beside what is open of its document, those that differ marked."""
    row = get_advice(advice_id)
    if row.legal_entity_id not in {entity.id for entity in visible_entities(request, "match.view")}:
        raise NotFound("remittance.not_found", _("There is no such remittance advice."), field="advice_id")
    context = {
        "advice": row,
        "person": display_names([row.taken_by]).get(row.taken_by, row.taken_by),
        "lines": [(line, *STANDINGS[line.standing]) for line in row.lines],
        "agreeing_count": sum(line.standing == LineStanding.AGREES for line in row.lines),
    }
    return render(request, "web/matching/remittance.html", context)


_DIFFERENCE_COLUMNS = [
    Column("month", gettext_lazy("Month"), kind="date", value=lambda row: row.month),
    Column("kind", gettext_lazy("Kind"), value=lambda row: str(DIFFERENCES[WriteOffKind(row.kind)])),
    Column("by", gettext_lazy("By"), value=lambda row: row.recorded_by),
    Column("count", gettext_lazy("Count"), kind="number", value=lambda row: row.count),
    Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
    Column("largest", gettext_lazy("Largest"), kind="money", value=lambda row: row.largest, optional=True),
]


@require_GET
def difference_list(request: HttpRequest) -> HttpResponse:
    """What was given up at matching: bank fees, discounts, taxes kept back, small differences, by month and person."""
    require(request, "match.view")
    rows = differences(legal_entity_ids=[entity.id for entity in visible_entities(request, "match.view")])
    table = Table(
        request,
        columns=_DIFFERENCE_COLUMNS,
        rows=rows,
        page=Page(rows=rows, next_cursor="", previous_cursor=""),
        label=_("Differences by month"),
    )
    if tables.wants_export(request):
        return tables.export(table, title=_("Differences by month"))
    return render(request, "web/matching/differences.html", {"table": table})
