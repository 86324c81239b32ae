"""Coverage: gaps and duplicates of service days with their value, over runs, imports and invoices by hand."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import account_ids_by_number, get_account
from billwright.catalog.queries import list_plans
from billwright.interfaces.web.accounts.scope import today, visible_entities
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.drawers import act_by_drawer, drawer_button
from billwright.interfaces.web.entities import require_in
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, DayField, FilterForm
from billwright.interfaces.web.paging import PAGE_SIZE
from billwright.interfaces.web.reports.awaiting import awaited
from billwright.invoicing.operations.coverage import record_coverage_reason
from billwright.reporting.coverage import FAULTS, Place, Verdict, check_coverage, coverage_page
from billwright.reporting.coverage_sheet import coverage_workbook
from billwright.ui import downloads, keyset, tables
from billwright.ui.keyset import Cursor, Page
from billwright.ui.tables import Column, Table

VIEW: Final = "report.view"
RECORD: Final = "coverage.record_reason"
WORDS: Final = {
    Verdict.GAP: gettext_lazy("On no line"),
    Verdict.UNBILLED: gettext_lazy("Due, and not billed yet"),
    Verdict.DUPLICATE: gettext_lazy("On more than one line"),
    Verdict.CREDITED_TWICE: gettext_lazy("Credited more often than billed"),
    Verdict.AFTER_THE_END: gettext_lazy("Billed beyond its end"),
    Verdict.EXPLAINED: gettext_lazy("A person said why"),
    Verdict.TRIAL: gettext_lazy("Trial"),
    Verdict.PAUSE: gettext_lazy("Pause"),
    Verdict.HOLD: gettext_lazy("Billing is held"),
    Verdict.ELSEWHERE: gettext_lazy("Billed by another system before"),
    Verdict.NO_USAGE: gettext_lazy("No usage"),
    Verdict.FREE: gettext_lazy("Free"),
}


class CoverageForm(FilterForm):
    """Which days; the address holds it all."""

    as_of = DayField(label=gettext_lazy("As of"), required=False)
    since = DayField(label=gettext_lazy("Only after"), required=False)
    entity = forms.ChoiceField(label=gettext_lazy("Company"), required=False)
    plan = forms.ChoiceField(label=gettext_lazy("Plan"), required=False)
    account = forms.CharField(label=gettext_lazy("Account"), required=False, max_length=30)
    verdict = forms.ChoiceField(
        label=gettext_lazy("What"), required=False,
        choices=[("", gettext_lazy("Faults")), ("all", gettext_lazy("All")), *WORDS.items()],
    )  # fmt: skip

    def prepare(self, request: HttpRequest) -> None:
        """Offer the companies and plans."""
        companies = [(one.code, one.name) for one in visible_entities(request, VIEW)]
        cast("forms.ChoiceField", self.fields["entity"]).choices = [("", _("All")), *companies]
        plans = [(plan.code, plan.name) for plan in list_plans(active_only=False)]
        cast("forms.ChoiceField", self.fields["plan"]).choices = [("", _("All")), *plans]

    def question(self, request: HttpRequest) -> dict[str, Any]:
        """What `coverage_page` and `check_coverage` are asked."""
        entities = [one.id for one in visible_entities(request, VIEW) if self.asked("entity") in (None, "", one.code)]
        plans = [plan.id for plan in list_plans(active_only=False) if plan.code == self.asked("plan")]
        account = self.asked("account")
        return {
            "as_of": self.asked("as_of") or today(request),
            "since": self.asked("since"),
            "legal_entity_ids": entities,
            "plan_ids": plans or None,
            "account_ids": list(account_ids_by_number([account]).values()) if account else None,
        }

    def verdicts(self) -> tuple[Verdict, ...]:
        """Faults, all, or one."""
        asked = self.asked("verdict")
        return tuple(Verdict) if asked == "all" else (Verdict(asked),) if asked else tuple(FAULTS)


@require_GET
@awaited(gettext_lazy("Coverage of service days"))
def coverage(request: HttpRequest) -> HttpResponse:
    """What is not on exactly one line, with its value; and lines that look billed twice."""
    visible_entities(request, VIEW)
    filters = CoverageForm(request, as_of=today(request))
    question = filters.question(request)
    if wants_export(request):
        return downloads.made_workbook(coverage_workbook(check_coverage(**question)), name="coverage")
    found = coverage_page(**question, verdicts=filters.verdicts(), after=_place(request), limit=PAGE_SIZE + 1)
    rows = found.days[:PAGE_SIZE]
    more = len(found.days) > PAGE_SIZE
    last = rows[-1] if rows else None
    following = f"{last.account_id}.{last.item_id}.{last.starts_on}" if last and more else ""
    page = Page(rows=rows, next_cursor=keyset.encode(Cursor(following, 0)) if following else "", previous_cursor="")
    context = {
        "filters": filters,
        "sums": [(WORDS[one.verdict], one) for one in found.sums],
        "table": Table(
            request, columns=_columns(may(request, RECORD)), rows=rows, page=page, label=_("Days"),
            row_id=lambda one: f"{one.item_id}-{one.starts_on}", chips=tables.chips_of(request, filters),
        ),
        "same": Table(request, columns=_same_columns(may(request, RECORD)), rows=found.same_lines,
                      label=_("Looks billed twice"), row_id=lambda one: f"{one.number}-{one.line_no}"),
        "may_export": may(request, RIGHT),
    }  # fmt: skip
    return render(request, "web/reports/coverage.html", context)


def _place(request: HttpRequest) -> Place | None:
    """After which row the page starts. Raises Refusal `list.cursor_unreadable`."""
    text = request.GET.get("cursor", "")
    if not text:
        return None
    try:
        account_id, item_id, day = str(keyset.decode(text).value).split(".")
        return int(account_id), int(item_id), date.fromisoformat(day)
    except ValueError as error:
        raise keyset.UnreadableCursor from error


def _columns(may_record: bool) -> list[Column]:
    def reason(one: Any) -> SafeString | str:
        if one.reason or not (one.is_fault and may_record):
            return str(one.reason)
        query = f"account={one.account_id}&item={one.item_id}&first={one.starts_on}&before={one.ends_before}"
        return drawer_button(f"{reverse('web:coverage-reason')}?{query}", _("Say why"))

    return [
        Column("account", _("Account"), value=lambda one: one.account,
               url=lambda one: reverse("web:account", args=[one.account_id])),
        Column("what", _("What"), value=lambda one: WORDS[one.verdict], wrap=True),
        Column("subscription", _("Subscription"), value=lambda one: one.subscription,
               url=lambda one: reverse("web:subscription", args=[one.subscription_id])),
        Column("charge", _("Charge"), value=lambda one: one.charge, optional=True),
        Column("from", _("From"), kind="date", value=lambda one: one.starts_on),
        Column("before", _("Before"), kind="date", value=lambda one: one.ends_before),
        Column("lines", _("Lines"), kind="number", value=lambda one: one.line_count, optional=True),
        Column("value", _("Value"), kind="money", value=lambda one: one.value),
        Column("reason", _("Reason"), value=lambda one: one.reason, render=reason, wrap=True),
    ]  # fmt: skip


def _same_columns(may_record: bool) -> list[Column]:
    def reason(one: Any) -> SafeString | str:
        if one.reason or not may_record:
            return str(one.reason)
        query = f"account={one.account_id}&document={one.invoice_id}&line={one.line_no}"
        return drawer_button(f"{reverse('web:coverage-reason')}?{query}", _("Say why"))

    return [
        Column("account", _("Account"), value=lambda one: one.account,
               url=lambda one: reverse("web:account", args=[one.account_id])),
        Column("number", _("Document"), value=lambda one: f"{one.number} · {one.line_no}",
               url=lambda one: reverse("web:invoice", args=[one.invoice_id])),
        Column("other", _("And"), value=lambda one: f"{one.other_number} · {one.other_line_no}"),
        Column("text", _("Text"), value=lambda one: one.text, wrap=True, optional=True),
        Column("from", _("From"), kind="date", value=lambda one: one.service_from, optional=True),
        Column("value", _("Value"), kind="money", value=lambda one: one.value),
        Column("reason", _("Reason"), value=lambda one: one.reason, render=reason, wrap=True),
    ]  # fmt: skip


class ReasonForm(ActForm):
    """Why it is as it should be."""

    why = forms.CharField(label=gettext_lazy("Why it is right"), max_length=400,
                          widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip


@require_http_methods(["GET", "POST"])
def reason(request: HttpRequest) -> HttpResponse:
    """Record a reason for days of a charge, or for a line. Raises NotFound, NotAllowed."""
    asked = request.GET
    account = get_account(int(asked["account"]) if asked.get("account", "").isdigit() else 0)
    require_in(request, VIEW, account.legal_entity_id)

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        numbers = {name: int(asked[key]) for name, key in
                   (("item_id", "item"), ("invoice_id", "document"), ("line_no", "line"))
                   if asked.get(key, "").isdigit()}  # fmt: skip
        days = {name: date.fromisoformat(asked[key]) for name, key in
                (("starts_on", "first"), ("ends_before", "before")) if asked.get(key)}  # fmt: skip
        return {"account_id": account.id, "reason": given["why"], **numbers, **days}

    return act_by_drawer(
        request,
        record_coverage_reason,
        form=ReasonForm(request.POST) if request.method == "POST" else ReasonForm(),
        arguments=arguments,
        url=f"{reverse('web:coverage')}?account={account.number}",
        told=_("The reason is recorded."),
        context={
            "title": _("Why it is as it should be"),
            "icon": "message-square",
            "submit": _("Record"),
            "follows": [
                ("list", _("It is listed with its reason, and no longer as a fault")),
                ("scale", _("Nothing is billed or credited by it")),
                ("history", _("Your name and the reason stay in the audit trail")),
            ],
        },
    )
