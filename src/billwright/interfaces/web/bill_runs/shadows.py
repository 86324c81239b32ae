"""Shadow runs: the same run drafted twice, the differences by cause, both lines side by side, and the signature."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods
from procrastinate.contrib.django import app as queue

from billwright.access.queries import display_names
from billwright.accounts.queries import account_names, get_account
from billwright.accounts.rows import AccountName
from billwright.interfaces.web.acting import actor_of, may, permissions, require
from billwright.interfaces.web.bill_runs.scope import VIEW, run_for
from billwright.interfaces.web.bill_runs.words import CAUSES, SHADOW_STATES
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import entities_of, require_in
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, DayField, FilterForm
from billwright.interfaces.web.invoices.words import LINE_KINDS, tag, words_of
from billwright.interfaces.web.paging import PAGE_SIZE, by_ids, every, forward_page, place
from billwright.invoicing.operations.shadows import sign_off_shadow
from billwright.invoicing.queries.shadows import (
    ChangedAccount,
    DraftedLine,
    ShadowRow,
    Supposed,
    get_shadow,
    list_changed_accounts,
    list_changes,
    list_drafted_lines,
    list_shadows,
)
from billwright.invoicing.states import ShadowState
from billwright.kernel.errors import NotAllowed, NotFound
from billwright.kernel.money import Money
from billwright.kernel.periods import add_months
from billwright.reporting.shadow_sheet import shadow_workbook
from billwright.ui import downloads, tables
from billwright.ui.tables import Column, Table
from billwright.workflow.shadow_run import SUPPOSABLE, begin_shadow

# The job of interfaces.jobs that makes both drafts.
TASK: Final = "draft_shadow_run"


def shadow_for(request: HttpRequest, shadow_id: int) -> ShadowRow:
    """A shadow run that the person may see. Raises NotFound, NotAllowed."""
    require(request, VIEW)
    shadow = get_shadow(shadow_id)
    if shadow.legal_entity_id is not None:
        require_in(request, VIEW, shadow.legal_entity_id)
    elif permissions(request).entities_for(VIEW) is not None:
        rule = "This run bills every company; your role holds in some of them."
        raise NotAllowed("access.no_permission", rule, rule=rule)
    return shadow


@require_GET
def shadows(request: HttpRequest) -> HttpResponse:
    """Shadow runs, the newest first."""
    require(request, VIEW)
    allowed = permissions(request).entities_for(VIEW)
    names: dict[str, str] = {}

    def read(before_id: int | None, limit: int) -> list[ShadowRow]:
        rows = list_shadows(before_id=before_id, legal_entity_ids=allowed, limit=limit)
        names.update(display_names({actor for row in rows for actor in (row.created_by, row.signed_by) if actor}))
        return rows

    page = by_ids(request, read)
    table = Table(request, columns=_list_columns(names), rows=page.rows, page=page, label=_("Shadow runs"))
    if wants_export(request):
        return tables.export(table, title=_("Shadow runs"))
    return render(request, "web/bill_runs/shadows.html", {"table": table, "may_export": may(request, RIGHT)})


def _list_columns(names: Mapping[str, str]) -> list[Column]:
    return [
        Column("id", _("Shadow run"), value=lambda row: _("Shadow %(id)d") % {"id": row.id},
               url=lambda row: reverse("web:bill-run-shadow", args=[row.id])),
        Column("description", _("Description"), value=lambda row: row.description, wrap=True, optional=True),
        Column("run", _("Run"), value=lambda row: row.bill_run_id or "",
               url=lambda row: reverse("web:bill-run", args=[row.bill_run_id]) if row.bill_run_id else ""),
        Column("as_of", _("Bills up to"), kind="date", value=lambda row: row.as_of),
        Column("state", _("State"), value=lambda row: SHADOW_STATES[row.state][0],
               render=lambda row: tag(*SHADOW_STATES[row.state])),
        Column("changed", _("Accounts that differ"), kind="number", value=lambda row: row.changed_count),
        Column("difference", _("Difference"),
               value=lambda row: ", ".join(str(total.difference) for total in row.totals)),
        Column("created", _("Drafted by"), value=lambda row: names.get(row.created_by, ""), optional=True),
        Column("signed", _("Signed by"), value=lambda row: names.get(row.signed_by, ""), optional=True),
    ]  # fmt: skip


class NewShadowForm(ActForm):
    """In what the second draft differs."""

    as_of = DayField(label=gettext_lazy("Bill what is due up to"), required=False)
    other_date = DayField(label=gettext_lazy("Second draft: of another day"), required=False)
    option = forms.ChoiceField(
        label=gettext_lazy("Second draft: another rule"), required=False,
        choices=[("", "–"), *((option, option) for option in SUPPOSABLE)],
    )  # fmt: skip
    value = forms.CharField(label=gettext_lazy("Its value"), required=False, max_length=40)
    tax = forms.CharField(
        label=gettext_lazy("Second draft: another rate of tax"), required=False,
        help_text=gettext_lazy("Code and percent, such as VAT-15=16."),
    )  # fmt: skip
    prices = forms.CharField(
        label=gettext_lazy("Second draft: other prices"), required=False,
        help_text=gettext_lazy("“planned” for the newest price of each charge, or a list such as segment:GOLD."),
    )  # fmt: skip
    prices_from = DayField(label=gettext_lazy("For periods from this day on"), required=False)
    last_month = forms.BooleanField(
        label=gettext_lazy("First draft: what was really issued last month"), required=False
    )
    description = forms.CharField(label=gettext_lazy("Description"), required=False, max_length=200)

    def clean_tax(self) -> dict[str, Decimal]:
        """The code with its rate."""
        text = self.cleaned_data["tax"].strip()
        if not text:
            return {}
        code, _mark, percent = text.partition("=")
        try:
            return {code.strip(): Decimal(percent)}
        except InvalidOperation as error:
            raise forms.ValidationError(_("Write the code, = and the percent.")) from error

    def supposed(self, day: date | None) -> Supposed:
        """What was asked for; last month is the month before the run's own."""
        given = self.cleaned_data
        first = day.replace(day=1) if day and given["last_month"] else None
        return Supposed(
            as_of=given["other_date"],
            conventions={given["option"]: given["value"]} if given["option"] else {},
            tax_rates=given["tax"],
            prices=given["prices"].strip(),
            prices_from=given["prices_from"],
            issued_from=add_months(first, -1) if first else None,
            issued_before=first,
        )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a shadow of a bill run (`?run=`), or of a day; a worker makes the drafts."""
    require(request, "shadow_run.begin")
    run = run_for(request, int(request.GET["run"])) if request.GET.get("run", "").isdigit() else None
    initial = {"as_of": run.as_of} if run else {}
    form = NewShadowForm(request.POST) if request.method == "POST" else NewShadowForm(initial=initial)

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        day = run.as_of if run else given["as_of"]
        return {
            "bill_run_id": run.id if run else None,
            "as_of": given["as_of"],
            "supposed": form.supposed(day),
            "description": given["description"],
            "legal_entity_id": _own_entity(request),
        }

    def begun(shadow: ShadowRow) -> str:
        queue.configure_task(TASK).defer(shadow_id=shadow.id, actor=actor_of(request))
        return reverse("web:bill-run-shadow", args=[shadow.id])

    return act_by_drawer(
        request,
        begin_shadow,
        form=form,
        arguments=arguments,
        url=begun,
        told=_("Both drafts are being made."),
        context={
            "title": _("Shadow of run %(id)d") % {"id": run.id} if run else _("New shadow run"),
            "icon": "copy",
            "submit": _("Draft twice"),
            "follows": [("eye", _("Nothing is issued, numbered or marked; the differences are kept by cause"))],
        },
    )


def _own_entity(request: HttpRequest) -> int | None:
    """The one company of a person whose role holds in one alone."""
    allowed = permissions(request).entities_for("shadow_run.begin")
    return None if allowed is None else min(allowed, default=None)


@require_GET
def shadow(request: HttpRequest, shadow_id: int) -> HttpResponse:
    """Totals, causes and the signature; or the workbook."""
    row = shadow_for(request, shadow_id)
    if wants_export(request):
        return downloads.made_workbook(shadow_workbook(row), name=f"shadow-{row.id}")
    names = display_names({actor for actor in (row.created_by, row.signed_by) if actor})
    companies = {entity.id: entity.name for entity in entities_of(request)}
    words, tone = SHADOW_STATES[row.state]
    context = {
        "shadow": row,
        "state_words": words,
        "tone": tone,
        "working": row.state == ShadowState.DRAFTING,
        "company": companies.get(row.legal_entity_id, "") if row.legal_entity_id else _("All companies"),
        "supposed": supposed_words(row.supposed),
        "groups": [(CAUSES[group.cause], group) for group in row.groups],
        "created_by": names.get(row.created_by, ""),
        "signed_by": names.get(row.signed_by, ""),
        "may_sign": row.state == ShadowState.DRAFTED and may(request, "shadow_run.sign_off"),
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/bill_runs/shadow.html", context)


def supposed_words(supposed: Supposed) -> list[str]:
    """In what the drafts differ, in sentences."""
    told = [_("Second draft as of %(day)s") % {"day": supposed.as_of}] if supposed.as_of else []
    told += [_("Second draft with %(option)s = %(value)s") % {"option": option, "value": value}
             for option, value in supposed.conventions.items()]  # fmt: skip
    told += [_("Second draft with %(percent)s %% under %(code)s") % {"percent": percent, "code": code}
             for code, percent in supposed.tax_rates.items()]  # fmt: skip
    if supposed.prices:
        told.append(_("Second draft with prices: %(prices)s") % {"prices": supposed.prices})
    if supposed.prices_from:
        told.append(_("for periods from %(day)s on") % {"day": supposed.prices_from})
    if supposed.issued_from:
        told.append(_("First draft: what was issued from %(day)s to before %(before)s")
                    % {"day": supposed.issued_from, "before": supposed.issued_before})  # fmt: skip
    return told


class AccountsForm(FilterForm):
    """Which differences."""

    cause = forms.ChoiceField(
        label=gettext_lazy("Cause"), required=False, choices=[("", gettext_lazy("All")), *CAUSES.items()]
    )


@require_GET
def accounts(request: HttpRequest, shadow_id: int) -> HttpResponse:
    """The accounts behind a cause, the largest difference first."""
    row = shadow_for(request, shadow_id)
    filters = AccountsForm(request)
    asked = {"cause": filters.asked("cause") or "", "currency": request.GET.get("currency", "")}
    names: dict[int, AccountName] = {}

    def read(after: tuple[int, int] | None, limit: int) -> list[ChangedAccount]:
        rows = list_changed_accounts(shadow_id, **asked, after=after, limit=limit)
        names.update(account_names(one.payer_id for one in rows))
        return rows

    page = forward_page(read(place(request.GET.get("cursor", "")), PAGE_SIZE + 1), size=PAGE_SIZE, key=_place_of)

    def name(one: ChangedAccount) -> str:
        found = names.get(one.payer_id)
        return f"{found.number} · {found.shown_name}" if found else str(one.payer_id)

    def address(one: ChangedAccount) -> str:
        return reverse("web:bill-run-shadow-account", args=[shadow_id, one.payer_id])

    columns = [
        Column("account", _("Account"), value=name, url=address),
        Column("changes", _("Lines"), kind="number", value=lambda one: one.change_count),
        Column("difference", _("Difference"), kind="money", value=lambda one: one.amount),
    ]
    table = Table(
        request, columns=columns, rows=page.rows, page=page, chips=tables.chips_of(request, filters),
        label=_("Accounts that differ"), row_id=lambda one: one.payer_id,
    )  # fmt: skip
    if wants_export(request):
        rows = every(read, key=_place_of)
        return tables.export(table, title=_("Shadow %(id)d accounts") % {"id": shadow_id}, rows=rows)
    context = {"table": table, "filters": filters, "shadow": row, "may_export": may(request, RIGHT)}
    return render(request, "web/bill_runs/shadow_accounts.html", context)


def _place_of(one: ChangedAccount) -> tuple[int, int]:
    return abs(one.amount_minor), one.payer_id


@require_GET
def account(request: HttpRequest, shadow_id: int, payer_id: int) -> HttpResponse:
    """One account: both drafts side by side, charge by charge, and why they differ."""
    row = shadow_for(request, shadow_id)
    changes = [change for _id, change in list_changes(shadow_id, payer_id=payer_id)]
    if not changes:
        raise NotFound("shadow.no_difference", _("The drafts of this account do not differ."), field="payer_id")
    charges: dict[str, dict[str, list[tuple[str, DraftedLine]]]] = {}
    for line in list_drafted_lines(shadow_id, payer_id):
        sides = charges.setdefault(line.charge_key, {"A": [], "B": []})
        sides[line.side].append((str(words_of(LINE_KINDS, line.kind)), line))
    context = {
        "shadow": row,
        "account": get_account(payer_id),
        "changes": [(CAUSES[change.cause], change) for change in changes],
        "charges": charges,
        "currency": changes[0].currency,
        "difference": sum((change.amount for change in changes), Money(0, changes[0].currency)),
    }
    return render(request, "web/bill_runs/shadow_account.html", context)


class SignForm(ActForm):
    """Why the differences are as they should be."""

    why = forms.CharField(label=gettext_lazy("Why the differences are right"), max_length=400,
                          widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, shadow_id: int) -> HttpResponse:
    """Sign the differences. Raises NotAllowed for the person who had them drafted."""
    row = shadow_for(request, shadow_id)
    follows = [(CAUSES[group.cause], group.amount) for group in row.groups]
    return act_by_drawer(
        request,
        sign_off_shadow,
        form=SignForm(request.POST) if request.method == "POST" else SignForm(),
        arguments=lambda given: {"shadow_id": shadow_id, "reason": given["why"]},
        url=reverse("web:bill-run-shadow", args=[shadow_id]),
        told=_("Signed off."),
        context={
            "title": _("Sign shadow run %(id)d") % {"id": shadow_id},
            "icon": "stamp",
            "submit": _("Sign off"),
            "follows": [
                *(("scale", f"{words}: {amount}") for words, amount in follows),
                ("history", _("Your name and the reason stand on the bill run that it was made for")),
            ],
        },
    )
