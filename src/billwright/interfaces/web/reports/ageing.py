"""Ageing as a page: as of any day, as known at any time, in one's own buckets, tied to the ledger of the same day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.accounts.queries import account_ids_found
from billwright.interfaces.web.accounts.scope import today, visible_entities
from billwright.interfaces.web.forms import DayField
from billwright.interfaces.web.paging import forward_page, place
from billwright.interfaces.web.reports.awaiting import answers_now
from billwright.kernel.errors import Refusal
from billwright.org.queries import LegalEntityRow, list_legal_entities
from billwright.reporting.ageing import (
    DEFAULT_BOUNDS,
    AgeBy,
    Ageing,
    AgeingLine,
    AgeingQuestion,
    AgeingTotal,
    Party,
    age_lines,
    age_totals,
    bucket_labels,
    is_long_to_age,
)
from billwright.reporting.ageing_sheet import ageing_workbook
from billwright.ui import charts, downloads, formats, responses, tables
from billwright.ui.charts import Chart, Point, Series
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, Table

LINES_ON_A_PAGE: Final = 50
# The ledger is asked account by account where the report is narrowed to some: beyond this the tie is left out.
TIED_ACCOUNTS_MAX: Final = 20
FOUND_MAX: Final = 2000
_BY: Final[list[tuple[str, str | Promise]]] = [
    (AgeBy.DUE, gettext_lazy("Due date")),
    (AgeBy.DOCUMENT, gettext_lazy("Document date")),
]
_PER: Final[list[tuple[str, str | Promise]]] = [
    (Party.ACCOUNT, gettext_lazy("Account")),
    (Party.CUSTOMER, gettext_lazy("Customer")),
]


class AgeingForm(forms.Form):
    """What the report is asked; the address holds it all, so that a link shows the same to everybody."""

    as_of = DayField(label=gettext_lazy("As of the end of"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Age from"), choices=_BY, required=False)
    buckets = forms.CharField(
        label=gettext_lazy("Buckets (days)"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "0,30,60,90"}),
    )
    entity = forms.ChoiceField(label=gettext_lazy("Company"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), required=False)
    customer = forms.CharField(
        label=gettext_lazy("Customer or account"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    per = forms.ChoiceField(label=gettext_lazy("A line for each"), choices=_PER, required=False)
    known_at = forms.DateTimeField(
        label=gettext_lazy("As known at"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, entities: list[LegalEntityRow], may_see_all: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        every = [("", _("All"))] if may_see_all else []
        currencies = sorted({entity.base_currency for entity in entities})
        cast("forms.ChoiceField", self.fields["entity"]).choices = [*every, *((e.code, e.name) for e in entities)]
        cast("forms.ChoiceField", self.fields["currency"]).choices = [("", _("All")), *((c, c) for c in currencies)]

    def clean_buckets(self) -> tuple[int, ...]:
        """The last day of each bucket, rising."""
        text = self.cleaned_data["buckets"]
        if not text:
            return DEFAULT_BOUNDS
        try:
            bounds = tuple(int(part) for part in text.replace(" ", ",").split(",") if part)
            bucket_labels(bounds)
        except ValueError as error:
            raise ValidationError(_("Buckets are whole days such as 0,30,60,90.")) from error
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        return bounds


@require_GET
def ageing(request: HttpRequest) -> HttpResponse:
    """What is owed by age, with its picture, its lines and its tie; or the same as a workbook."""
    entities = visible_entities(request, "report.view")
    may_see_all = len(entities) == len(list_legal_entities())
    asked = request.GET.copy()
    # The form shows what the report answers, so that a changed field alone asks the next question.
    asked.setdefault("as_of", today(request).isoformat())
    asked.setdefault("buckets", ",".join(str(bound) for bound in DEFAULT_BOUNDS))
    form = AgeingForm(asked, entities=entities, may_see_all=may_see_all)
    form.is_valid()
    question, is_tied = _question(request, form, entities, may_see_all=may_see_all)
    per = Party(form.cleaned_data.get("per") or Party.ACCOUNT)
    if not answers_now(request) and is_long_to_age(question):
        return render(request, "web/reports/ageing_awaited.html", {"filters": form, "as_of": question.as_of})
    try:
        report = age_totals(question, tie=is_tied)
    except Refusal as refusal:
        responses.refuse_on_form(form, refusal)
        question = replace(question, known_at=None)
        report = age_totals(question, tie=is_tied)
    if tables.wants_export(request):
        content = ageing_workbook(replace(report, lines=age_lines(question, per=per)))
        return downloads.made_workbook(content, name=f"ageing-{question.as_of}")
    page = _page(request, question, per)
    context = {
        "filters": form,
        "report": report,
        "totals_table": Table(request, columns=_total_columns(report.labels), rows=report.totals),
        "table": _lines_table(request, page, per, report.labels, {entity.id: entity.code for entity in entities}),
        "chart": _chart(report),
        "as_of": question.as_of,
        "known_at": question.known_at,
        "is_tied": is_tied,
        "differs": any(total.difference or total.cash_difference for total in report.totals),
    }
    return render(request, "web/reports/ageing.html", context)


def _question(
    request: HttpRequest, form: AgeingForm, entities: list[LegalEntityRow], *, may_see_all: bool
) -> tuple[AgeingQuestion, bool]:
    """What is asked, and whether the ledger can be asked the same in reasonable time."""
    asked = form.cleaned_data
    chosen = next((entity for entity in entities if entity.code == asked.get("entity")), None)
    if chosen is None and not may_see_all:
        chosen = entities[0]
    text = asked.get("customer", "").strip()
    entity_ids = [chosen.id] if chosen else [entity.id for entity in entities]
    found = account_ids_found(text, legal_entity_ids=entity_ids, limit=FOUND_MAX) if text else None
    account_ids = None if found is None else tuple(found)
    known_at: datetime | None = asked.get("known_at")
    question = AgeingQuestion(
        as_of=asked.get("as_of") or today(request),
        by=AgeBy(asked.get("by") or AgeBy.DUE),
        bounds=asked.get("buckets") or DEFAULT_BOUNDS,
        known_at=known_at,
        legal_entity_id=chosen.id if chosen else None,
        currency=asked.get("currency", ""),
        account_ids=account_ids,
    )
    return question, account_ids is None or len(account_ids) <= TIED_ACCOUNTS_MAX


def bucket_words(label: str) -> str:
    """The label of a bucket as people read it."""
    if label == "not_due":
        return _("Not due")
    if label.endswith("+"):
        return _("over %(days)s days") % {"days": int(label[:-1]) - 1}
    return _("%(days)s days") % {"days": label.replace("-", "–")}


def _page(request: HttpRequest, question: AgeingQuestion, per: Party) -> Page[AgeingLine]:
    key = place(request.GET.get("cursor", ""))
    lines = age_lines(question, per=per, after_place=key[0] if key else 0, limit=LINES_ON_A_PAGE + 1)
    return forward_page(lines, size=LINES_ON_A_PAGE, key=lambda line: (line.place, line.party_id))


def _bucket_columns(labels: tuple[str, ...]) -> list[Column]:
    def amount_of(position: int) -> Any:
        return lambda row: row.buckets[position] or None

    return [
        Column(
            f"bucket_{position}", bucket_words(label), kind="money", bare=True, value=amount_of(position), optional=True
        )
        for position, label in enumerate(labels)
    ]


def _total_columns(labels: tuple[str, ...]) -> list[Column]:
    return [
        Column("entity", _("Company"), value=lambda total: total.entity, url=_total_url),
        Column("currency", _("Currency"), value=lambda total: total.currency),
        *_bucket_columns(labels),
        Column("total", _("Total"), kind="money", bare=True, value=lambda total: total.total),
        Column("ledger", _("Ledger"), kind="money", bare=True, value=lambda total: total.ledger, optional=True),
        Column(
            "unallocated",
            _("Unallocated"),
            kind="money",
            bare=True,
            value=lambda t: t.unallocated or None,
            optional=True,
        ),
    ]


def _total_url(total: AgeingTotal) -> str:
    return f"{reverse('web:ageing')}?entity={total.entity}&currency={total.currency}"


def _lines_table(
    request: HttpRequest, page: Page[AgeingLine], per: Party, labels: tuple[str, ...], codes: dict[int, str]
) -> Table:
    def url(line: AgeingLine) -> str:
        return reverse("web:account" if per == Party.ACCOUNT else "web:customer", args=[line.party_id])

    columns = [
        Column("name", _("Name"), value=lambda line: line.name, url=url),
        Column("number", _("Account"), value=lambda line: line.number, optional=True),
        Column("entity", _("Company"), value=lambda line: codes.get(line.legal_entity_id, ""), optional=True),
        *_bucket_columns(labels),
        Column("total", _("Total"), kind="money", value=lambda line: line.total, url=url),
        Column("held", _("Held"), kind="money", bare=True, value=lambda line: line.held or None, optional=True),
        Column(
            "unallocated",
            _("Unallocated"),
            kind="money",
            bare=True,
            value=lambda line: line.unallocated or None,
            optional=True,
        ),
    ]
    return Table(request, columns=columns, rows=page.rows, page=page, label=_("Ageing, line by line"))


def _chart(report: Ageing) -> Chart | None:
    """One company and currency as bars; several side by side as shares, for sums of two currencies mean nothing."""
    totals = [total for total in report.totals if total.total]
    if not totals:
        return None
    reader = formats.reader()
    if len(totals) == 1:
        (total,) = totals
        points = [
            Point(bucket_words(label), max(amount.decimal, Decimal(0)), formats.amount(amount, formats=reader))
            for label, amount in zip(report.labels, total.buckets, strict=True)
        ]
        return charts.ageing(points, title=_("Ageing, %(currency)s") % {"currency": total.currency})
    series = []
    for position, label in enumerate(report.labels):
        amounts = [total.buckets[position] for total in totals]
        wholes = [sum(max(bucket.amount_minor, 0) for bucket in total.buckets) or 1 for total in totals]
        shares = [max(amount.amount_minor, 0) / whole for amount, whole in zip(amounts, wholes, strict=True)]
        words = [formats.amount_with_currency(amount, formats=reader) for amount in amounts]
        series.append(Series(bucket_words(label), shares, words))
    return charts.stacked(
        [f"{total.entity} {total.currency}" for total in totals], series, title=_("Ageing, share of each bucket")
    )
