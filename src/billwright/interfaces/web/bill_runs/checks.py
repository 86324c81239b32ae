"""The table of checks before issue: what holds, what is planned, its history, and what a change would have held."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.approvals import list_approvals
from billwright.access.queries import display_names
from billwright.access.states import ApprovalState
from billwright.interfaces.web import approving
from billwright.interfaces.web.accounts.scope import visible_entities
from billwright.interfaces.web.acting import act_of, may, require
from billwright.interfaces.web.bill_runs.scope import VIEW
from billwright.interfaces.web.bill_runs.words import CHECK_SEVERITIES, finding_words
from billwright.interfaces.web.entities import day_at, require_in
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, DayField, FilterForm
from billwright.interfaces.web.invoices.words import tag
from billwright.invoicing.checks import CHECKS
from billwright.invoicing.operations.checks import require_check
from billwright.invoicing.queries.checks import CheckRow, check_history, list_checks
from billwright.invoicing.states import CheckSeverity
from billwright.kernel.errors import NotFound, Refusal
from billwright.org.queries import LegalEntityRow
from billwright.ui import responses, tables
from billwright.ui.tables import Column, Table
from billwright.workflow.bill_checks import CheckPreview, preview_check

VERB = "check_rule.set"


class ChecksForm(FilterForm):
    """Whose checks."""

    entity = forms.ChoiceField(label=gettext_lazy("Company"), required=False)

    def prepare(self, request: HttpRequest) -> None:
        """Offer the companies that the person may see."""
        self.fields["entity"].choices = [  # type: ignore[attr-defined]
            (one.code, one.name) for one in visible_entities(request, VIEW)
        ]


def _entity(request: HttpRequest) -> LegalEntityRow:
    """The company asked for, or the first that the person sees."""
    seen = visible_entities(request, VIEW)
    asked = request.GET.get("entity", "")
    found = [one for one in seen if one.code == asked] or ([] if asked else seen)
    if not found:
        raise NotFound("entity.not_found", _("There is no such company."), field="entity")
    return found[0]


@require_GET
def checks(request: HttpRequest) -> HttpResponse:
    """What each check does in a company today, what is planned, what waits for a second person, and the history."""
    require(request, VIEW)
    entity = _entity(request)
    rows = list_checks(legal_entity_id=entity.id, on=day_at(request, entity.id))
    history = check_history(legal_entity_id=entity.id)
    may_change = may(request, VERB)
    table = Table(
        request, columns=[*_columns(), *([_change_column(entity)] if may_change else [])], rows=rows,
        row_id=lambda row: row.code, label=_("Checks before issue"),
    )  # fmt: skip
    if wants_export(request):
        return tables.export(table, title=_("Checks before issue"))
    waiting = list_approvals(states=[ApprovalState.PENDING], subject=f"legal_entity:{entity.id}")
    context = {
        "entity": entity,
        "filters": ChecksForm(request, entity=entity.code),
        "table": table,
        "waiting": [one for one in waiting if one.verb == VERB],
        "history": Table(request, columns=_history_columns(history), rows=history, row_id=lambda row: row.set_at,
                         label=_("History")),
        "may_export": may(request, RIGHT),
    }  # fmt: skip
    return render(request, "web/bill_runs/checks.html", context)


def _columns() -> list[Column]:
    return [
        Column("check", _("Check"), value=lambda row: finding_words(row.code), wrap=True),
        Column("severity", _("Does"), value=lambda row: CHECK_SEVERITIES[row.severity][0],
               render=lambda row: tag(*CHECK_SEVERITIES[row.severity])),
        Column("factor", _("Factor"), kind="number", value=lambda row: row.factor, optional=True),
        Column("minimum", _("Least amount"), kind="number", value=lambda row: row.minimum, optional=True),
        Column("days", _("Days"), kind="number", value=lambda row: row.days, optional=True),
        Column("since", _("Since"), kind="date", value=lambda row: row.valid_from),
    ]  # fmt: skip


def _history_columns(rows: list[CheckRow]) -> list[Column]:
    names = display_names({actor for row in rows for actor in (row.set_by, row.asked_by) if actor})
    return [
        *_columns(),
        Column("asked_by", _("Asked by"), value=lambda row: names.get(row.asked_by, ""), optional=True),
        Column("set_by", _("Decided by"), value=lambda row: names.get(row.set_by, "")),
        Column("reason", _("Reason"), value=lambda row: row.reason, wrap=True),
    ]


def _change_column(entity: LegalEntityRow) -> Column:
    def address(row: CheckRow) -> str:
        return f"{reverse('web:bill-run-check-change', args=[row.code])}?entity={entity.code}"

    return Column("change", _("Change"), value=lambda _row: _("Change"), url=address)


class CheckForm(ActForm):
    """What the check should do, from when, and why."""

    severity = forms.ChoiceField(
        label=gettext_lazy("Does"), choices=[(key, words) for key, (words, _tone) in CHECK_SEVERITIES.items()]
    )
    factor = forms.CharField(label=gettext_lazy("Factor"), required=False, max_length=12)
    minimum = forms.CharField(
        label=gettext_lazy("Least amount"), required=False, max_length=24,
        help_text=gettext_lazy("In the document's currency."),
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("Days"), required=False, min_value=0, max_value=3650)
    valid_from = DayField(label=gettext_lazy("From this day on"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, code: str, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("factor", "minimum", "days"):
            if name not in CHECKS[code].thresholds:
                del self.fields[name]

    def _number(self, name: str) -> Decimal | None:
        text = self.cleaned_data.get(name, "").strip()
        try:
            return Decimal(text) if text else None
        except InvalidOperation as error:
            raise forms.ValidationError(_("This is not a number.")) from error

    def clean_factor(self) -> Decimal | None:
        """A number, or none."""
        return self._number("factor")

    def clean_minimum(self) -> Decimal | None:
        """A number, or none."""
        return self._number("minimum")

    def thresholds(self) -> dict[str, Any]:
        """The thresholds that the check has."""
        return {name: self.cleaned_data.get(name) for name in ("factor", "minimum", "days")}


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Try a change on the last run (`preview`), then ask that another person let it hold."""
    require(request, VERB)
    if code not in CHECKS:
        raise NotFound("check.unknown", _("There is no such check."), field="code")
    entity = _entity(request)
    require_in(request, VERB, entity.id)
    day = day_at(request, entity.id)
    now = next(row for row in list_checks(legal_entity_id=entity.id, on=day) if row.code == code)
    initial = {"severity": now.severity, "factor": now.factor, "minimum": now.minimum, "days": now.days,
               "valid_from": day}  # fmt: skip
    form = CheckForm(code, request.POST) if request.method == "POST" else CheckForm(code, initial=initial)
    preview: CheckPreview | None = None
    if request.method == "POST" and form.is_valid():
        try:
            asked = {"legal_entity_id": entity.id, "code": code,
                     "severity": CheckSeverity(form.cleaned_data["severity"]), **form.thresholds()}  # fmt: skip
            if "preview" not in request.POST:
                _ask(request, entity, form, asked)
                return responses.done(request, f"{reverse('web:bill-run-checks')}?entity={entity.code}")
            preview = preview_check(act=act_of(request), **asked)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
    context = {"form": form, "entity": entity, "title": finding_words(code), "now": now, "preview": preview,
               "now_words": CHECK_SEVERITIES[now.severity][0]}  # fmt: skip
    return render(request, "web/bill_runs/check.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, entity: LegalEntityRow, form: CheckForm, asked: dict[str, Any]) -> None:
    given = form.cleaned_data
    require_check(**{name: value for name, value in asked.items() if name != "legal_entity_id"})
    words = {"check": finding_words(asked["code"]), "does": CHECK_SEVERITIES[asked["severity"]][0],
             "company": entity.name, "day": given["valid_from"]}  # fmt: skip
    approving.ask(
        request,
        VERB,
        reason=given["reason"],
        case_text=_("%(check)s: %(does)s in %(company)s from %(day)s") % words,
        arguments={**asked, "valid_from": given["valid_from"]},
    )
