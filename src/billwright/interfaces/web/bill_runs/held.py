"""Held documents: the queue, and their release in bulk with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.access.queries import display_names
from billwright.accounts.queries import get_accounts
from billwright.interfaces.web.acting import may, permissions, require
from billwright.interfaces.web.bill_runs.scope import VIEW
from billwright.interfaces.web.bill_runs.words import HELD_STATES, finding_words
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import ActForm, FilterForm
from billwright.interfaces.web.invoices.words import tag
from billwright.interfaces.web.paging import by_ids
from billwright.invoicing.checks import CHECKS
from billwright.invoicing.operations.checks import release_many
from billwright.invoicing.queries.checks import HeldRow, list_held
from billwright.invoicing.states import HeldState
from billwright.ui import tables
from billwright.ui.tables import Column, Table

RELEASE = "held_document.release_many"


class HeldForm(FilterForm):
    """Which held documents."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False,
        choices=[("", gettext_lazy("All")), *((key, words) for key, (words, _tone) in HELD_STATES.items())],
    )  # fmt: skip
    code = forms.ChoiceField(
        label=gettext_lazy("Check"), required=False,
        choices=[("", gettext_lazy("All")), *((code, finding_words(code)) for code in CHECKS)],
    )  # fmt: skip
    run = forms.IntegerField(label=gettext_lazy("Run"), required=False)


class _Held:
    """A held document with the names of its account and of who decided."""

    def __init__(self, row: HeldRow, account: str, person: str) -> None:
        self.id = row.id
        self.row = row
        self.account = account
        self.decided = f"{person}: {row.reason}" if row.decided_at else ""


def _named(rows: Sequence[HeldRow]) -> list[_Held]:
    accounts = get_accounts({row.payer_id for row in rows})
    names = display_names({row.decided_by for row in rows if row.decided_by})
    words = {id_: f"{account.number} · {account.shown_name}" for id_, account in accounts.items()}
    return [_Held(row, words.get(row.payer_id, str(row.payer_id)), names.get(row.decided_by, "")) for row in rows]


@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """What checks hold, the oldest first."""
    require(request, VIEW)
    filters = HeldForm(request, state=HeldState.OPEN)
    wanted: dict[str, Any] = {
        "state": filters.asked("state") or "",
        "code": filters.asked("code") or "",
        "run_id": filters.asked("run"),
        "legal_entity_ids": permissions(request).entities_for(VIEW),
    }
    page = by_ids(request, lambda after_id, limit: _named(list_held(**wanted, after_id=after_id or 0, limit=limit)))
    may_release = may(request, RELEASE)
    table = Table(
        request, columns=_columns(), rows=page.rows, page=page, chips=tables.chips_of(request, filters),
        label=_("Held documents"), selectable=may_release,
    )  # fmt: skip
    if wants_export(request):
        return tables.export(table, title=_("Held documents"))
    context = {"table": table, "filters": filters, "may_release": may_release, "may_export": may(request, RIGHT)}
    return render(request, "web/bill_runs/held.html", context)


def _columns() -> list[Column]:
    return [
        Column("account", _("Account"), value=lambda one: one.account,
               url=lambda one: reverse("web:bill-run-payer", args=[one.row.run_id, one.row.payer_id])),
        Column("check", _("Why"), value=lambda one: finding_words(one.row.code), wrap=True),
        Column("facts", _("Facts"), wrap=True, optional=True,
               value=lambda one: ", ".join(f"{name}: {value}" for name, value in one.row.facts.items())),
        Column("total", _("Total"), kind="money", value=lambda one: one.row.total),
        Column("run", _("Run"), kind="number", value=lambda one: one.row.run_id,
               url=lambda one: reverse("web:bill-run", args=[one.row.run_id])),
        Column("held", _("Held since"), kind="datetime", value=lambda one: one.row.held_at, optional=True),
        Column("state", _("State"), value=lambda one: HELD_STATES[one.row.state][0],
               render=lambda one: tag(*HELD_STATES[one.row.state])),
        Column("decided", _("Released"), value=lambda one: one.decided, wrap=True, optional=True),
    ]  # fmt: skip


class ReleaseForm(ActForm):
    """Why they may go; `ids` are those that were chosen."""

    why = forms.CharField(label=gettext_lazy("Why they may go"), max_length=400,
                          widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
    ids = forms.CharField(widget=forms.HiddenInput)

    def clean_ids(self) -> tuple[int, ...]:
        """The numbers of the chosen rows."""
        return tuple(int(part) for part in self.cleaned_data["ids"].split(",") if part.isdigit())


@require_http_methods(["GET", "POST"])
def release(request: HttpRequest) -> HttpResponse:
    """Release what was chosen, under one reason."""
    require(request, RELEASE)
    chosen = request.GET.getlist("selected") or request.POST.getlist("selected")
    form = ReleaseForm(request.POST) if "why" in request.POST else ReleaseForm(initial={"ids": ",".join(chosen)})
    count = len(chosen) or request.POST.get("ids", "").count(",") + 1
    return act_by_drawer(
        request,
        release_many,
        form=form,
        arguments=lambda given: {"held_ids": given["ids"], "reason": given["why"]},
        url=reverse("web:bill-run-held"),
        told=_("Released."),
        context={
            "title": _("Release %(count)d documents") % {"count": count},
            "icon": "check",
            "submit": _("Release"),
            "follows": [
                ("send", _("Exactly these documents are issued by their run, or by the next one when it is over")),
                ("refresh-cw", _("A document that changes before is held again")),
                ("history", _("Your name and the reason stay beside each of them")),
            ],
        },
    )
