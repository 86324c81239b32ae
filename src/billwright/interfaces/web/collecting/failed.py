"""The queue of failed debits: by kind, with what happens next and what a person does about it."""

from __future__ import annotations

from datetime import date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import get_accounts
from billwright.interfaces.web.accounts.scope import chosen_entities
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.collecting.methods import token_of_plan
from billwright.interfaces.web.collecting.words import KINDS, PLANS
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import may_in, require_in
from billwright.interfaces.web.forms import DayField, ReasonForm, bound
from billwright.interfaces.web.paging import AccountNames, by_days
from billwright.interfaces.web.tags import state_column
from billwright.payments.collecting_rows import CollectionRow
from billwright.payments.queries.collections import count_failed, get_collection, list_failed
from billwright.payments.queries.mandates import get_mandate
from billwright.payments.states import FailurePlan
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table
from billwright.workflow import collecting


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Debits that failed or came back, the newest first, or all of them as a spreadsheet."""
    entities = chosen_entities(request, "collection.view", request.GET.get("entity", ""))
    kind = request.GET.get("view", "") if request.GET.get("view", "") in KINDS else ""
    entity_ids = [entity.id for entity in entities]
    names = AccountNames()
    page = by_days(
        request,
        lambda before, limit: list_failed(legal_entity_ids=entity_ids, kind=kind, before=before, limit=limit),
        key=lambda row: (row.failed_on or date.min, row.id),
        names=names,
    )
    table = Table(request, columns=_columns(names), rows=page.rows, page=page, label=_("Failed debits"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Failed debits"))
    context = {
        "table": table,
        "view": kind,
        "views": _views(kind),
        "sums": [(KINDS[one.kind][0], one) for one in count_failed(legal_entity_ids=entity_ids) if one.kind],
        "may_take": may(request, "collection_file.take"),
    }
    return render(request, "web/collecting/failed.html", context)


def _views(chosen: str) -> list[SavedView]:
    named = [("", _("All")), *((key, str(words[0])) for key, words in KINDS.items())]
    return [SavedView(label, f"?view={key}" if key else "?", current=chosen == key) for key, label in named]


def _columns(names: dict[int, str]) -> list[Column]:
    return [
        Column(
            "account",
            gettext_lazy("Account"),
            value=lambda row: names.get(row.account_id, ""),
            url=lambda row: reverse("web:failed-debit", args=[row.id]),
        ),
        Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
        Column("failed_on", gettext_lazy("Failed on"), kind="date", value=lambda row: row.failed_on),
        state_column(KINDS, "kind", gettext_lazy("Kind")),
        Column("code", gettext_lazy("Code"), value=lambda row: row.code),
        Column("plan", gettext_lazy("What happens"), value=lambda row: str(PLANS[row.plan][0])),
        Column("retry_on", gettext_lazy("On"), kind="date", value=lambda row: row.retry_on),
        Column("contact", gettext_lazy("Contact"), value=lambda row: str(PLANS[row.plan][1]), wrap=True, optional=True),
        Column("says", gettext_lazy("The bank says"), value=lambda row: row.says, wrap=True, hidden=True),
        Column("try", gettext_lazy("Try"), kind="number", value=lambda row: row.attempt_no, optional=True),
    ]


def _debit_for(request: HttpRequest, collection_id: int) -> CollectionRow:
    row = get_collection(collection_id)
    require_in(request, "collection.view", row.legal_entity_id)
    return row


@require_GET
def debit(request: HttpRequest, collection_id: int) -> HttpResponse:
    """One failed debit: what the bank said, which rule decided, and what may be done."""
    row = _debit_for(request, collection_id)
    account = get_accounts({row.account_id})[row.account_id]
    kind = KINDS.get(row.kind)
    context = {
        "debit": row,
        "account": account,
        "kind": kind,
        "plan": PLANS.get(row.plan),
        "mandate": get_mandate(row.mandate_id) if row.mandate_id is not None else None,
        "may_move": row.plan == FailurePlan.RETRY
        and row.resolved_at is None
        and may_in(request, "collection.retry_on", row.legal_entity_id),
        "may_debit": token_of_plan(row) is not None
        and may_in(request, "collection.collect_by_token", row.legal_entity_id),
        "may_resolve": row.failed_on is not None
        and row.resolved_at is None
        and may_in(request, "collection.resolve", row.legal_entity_id),
    }
    return render(request, "web/collecting/debit.html", context)


class ResolveForm(ReasonForm):
    """What was agreed, and whether it is collected again."""

    collect_again = forms.BooleanField(
        label=gettext_lazy("Collect it again with the next run"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Else it is never debited again: it is paid another way, or goes to collections."),
    )


class RetryForm(forms.Form):
    """Another day."""

    day = DayField(label=gettext_lazy("Try again on"))


@require_http_methods(["GET", "POST"])
def resolve(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Take it out of the queue."""
    row = _debit_for(request, collection_id)
    return act_by_drawer(
        request,
        collecting.resolve_failure,
        form=bound(ResolveForm, request),
        arguments=lambda given: {"collection_id": row.id, "collect_again": given["collect_again"]},
        url=reverse("web:failed-debits"),
        told=_("It has left the queue."),
        context={
            "title": _("Dealt with"),
            "icon": "check",
            "submit": _("Take it out of the queue"),
            "lead": _("Say what was agreed with the customer."),
        },
    )


@require_http_methods(["GET", "POST"])
def move_retry(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Choose another day, within what the rules allow."""
    row = _debit_for(request, collection_id)
    return act_by_drawer(
        request,
        collecting.retry_on,
        form=bound(RetryForm, request, day=row.retry_on),
        arguments=lambda given: {"collection_id": row.id, "day": given["day"]},
        url=reverse("web:failed-debit", args=[row.id]),
        told=_("The retry has another day."),
        context={
            "title": _("Another day for the retry"),
            "icon": "calendar",
            "submit": _("Choose it"),
            "lead": row.plan_says,
        },
    )
