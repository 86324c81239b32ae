"""The list of bill runs, and planning a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.accounts.queries import account_ids_by_number
from billwright.interfaces.web.acting import at_of, may, permissions, require
from billwright.interfaces.web.bill_runs.scope import VIEW, may_on
from billwright.interfaces.web.bill_runs.words import STATES
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import entities_of
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, DayField, FilterForm
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.paging import PAGE_SIZE, every, forward_page, place
from billwright.invoicing.operations.bill_run import create_bill_run
from billwright.invoicing.queries.bill_run import BillRunRow, list_bill_runs
from billwright.ui import tables
from billwright.ui.tables import Column, Table

ACCOUNTS_MAX = 1000


class RunsForm(FilterForm):
    """Which runs."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((state, words) for state, (words, _tone) in STATES.items())],
    )


@require_GET
def bill_runs(request: HttpRequest) -> HttpResponse:
    """Runs, the newest first."""
    require(request, VIEW)
    filters = RunsForm(request)
    names: dict[str, str] = {}

    def read(before_id: int | None, limit: int) -> list[BillRunRow]:
        runs = list_bill_runs(before_id=before_id, state=filters.asked("state") or "", limit=limit)
        names.update(display_names({actor for run in runs for actor in (run.prepared_by, run.approved_by) if actor}))
        return runs

    after = place(request.GET.get("cursor", ""))
    fetched = read(after[1] if after else None, PAGE_SIZE + 1)
    page = forward_page(fetched, size=PAGE_SIZE, key=lambda run: (run.id, run.id))
    table = Table(
        request,
        columns=_columns(request, names),
        rows=[run for run in page.rows if may_on(request, VIEW, run)],
        page=page,
        chips=tables.chips_of(request, filters),
        label=_("Bill runs"),
    )
    if wants_export(request):
        seen = (run for run in every(read, key=lambda run: run.id) if may_on(request, VIEW, run))
        return tables.export(table, title=gettext("Bill runs"), rows=seen)
    context = {
        "table": table,
        "filters": filters,
        "may_create": may(request, "bill_run.create"),
        "may_export": may(request, RIGHT),
        "narrowed": bool(table.chips),
    }
    return render(request, "web/bill_runs/list.html", context)


def _columns(request: HttpRequest, names: Mapping[str, str]) -> list[Column]:
    codes = {entity.id: entity.code for entity in entities_of(request)}
    return [
        Column(
            "id",
            _("Run"),
            value=lambda run: gettext("Run %(id)d") % {"id": run.id},
            url=lambda run: reverse("web:bill-run", args=[run.id]),
        ),
        Column("description", _("Description"), value=lambda run: run.description, wrap=True, optional=True),
        Column("as_of", _("Bills up to"), kind="date", value=lambda run: run.as_of),
        Column("document_date", _("Document date"), kind="date", value=lambda run: run.document_date, optional=True),
        Column(
            "company",
            _("Company"),
            value=lambda run: codes.get(run.legal_entity_id, "") if run.legal_entity_id else gettext("All"),
        ),
        Column(
            "state",
            _("State"),
            value=lambda run: STATES[run.state][0],
            render=lambda run: tag(*STATES[run.state]),
        ),
        Column("prepared", _("Prepared by"), value=lambda run: names.get(run.prepared_by, ""), optional=True),
        Column("approved", _("Approved by"), value=lambda run: names.get(run.approved_by, ""), optional=True),
        Column("issued", _("Issued"), kind="datetime", value=lambda run: run.issued_at, optional=True),
    ]


class NewRunForm(ActForm):
    """What a run bills."""

    as_of = DayField(
        label=_("Bill what is due up to"), required=False, help_text=_("Empty: each account's own day, now.")
    )
    document_date = DayField(label=_("Document date"), required=False, help_text=_("Empty: the same day."))
    legal_entity_id = forms.TypedChoiceField(label=_("Company"), required=False, coerce=int, empty_value=None)
    accounts = forms.CharField(
        label=_("Only these accounts"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Account numbers, apart by spaces or commas. Empty: every account."),
    )
    description = forms.CharField(label=_("Description"), required=False, max_length=200)
    keep_lines = forms.BooleanField(label=_("Keep draft lines for review"), required=False)
    interim = forms.BooleanField(label=_("Bill the usage of running periods too, so far"), required=False)

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        allowed = permissions(request).entities_for("bill_run.create")
        entities = [one for one in entities_of(request) if allowed is None or one.id in allowed]
        field: forms.TypedChoiceField = self.fields["legal_entity_id"]  # type: ignore[assignment]
        every = [("", _("All companies"))] if allowed is None else []
        field.choices = [*every, *((one.id, one.name) for one in entities)]

    def clean_accounts(self) -> tuple[int, ...] | None:
        """The ids of the accounts, or None for everybody."""
        numbers = [part for part in re.split(r"[\s,;]+", self.cleaned_data["accounts"]) if part]
        if len(numbers) > ACCOUNTS_MAX:
            raise forms.ValidationError(_("Name at most %(most)d accounts.") % {"most": ACCOUNTS_MAX})
        found = account_ids_by_number(numbers)
        unknown = [number for number in numbers if number not in found]
        if unknown:
            raise forms.ValidationError(_("There is no account %(numbers)s.") % {"numbers": ", ".join(unknown[:5])})
        return tuple(found.values()) or None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a run; nothing is reckoned before it is prepared."""
    require(request, "bill_run.create")
    initial = {"as_of": timezone.localdate(at_of(request)), "keep_lines": True}
    form = NewRunForm(request, request.POST) if request.method == "POST" else NewRunForm(request, initial=initial)

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        names = ("as_of", "document_date", "legal_entity_id", "description", "keep_lines", "interim")
        return {name: given[name] for name in names} | {"payer_ids": given["accounts"]}

    return act_by_drawer(
        request,
        create_bill_run,
        form=form,
        arguments=arguments,
        url=lambda run: reverse("web:bill-run", args=[run.id]),
        told=gettext("The run is planned: prepare it next."),
        context={
            "title": gettext("New bill run"),
            "icon": "play",
            "submit": gettext("Plan the run"),
            "follows": [
                ("eye", gettext("Preparing reads only: totals and findings, no number, no posting")),
                ("stamp", gettext("Another person approves before anything is issued")),
            ],
        },
    )
