"""Collection runs: the list, one of them on its way to the bank and back, and its file."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from billwright.access.queries import display_names
from billwright.accounts.queries import account_names, get_accounts
from billwright.interfaces.web.accounts.scope import chosen_entities, visible_entities
from billwright.interfaces.web.acting import may, perform
from billwright.interfaces.web.collecting.words import COLLECTION_STATES, RUN_STATES
from billwright.interfaces.web.drawers import act_by_drawer, drawer_button
from billwright.interfaces.web.entities import acting_entity, day_at, may_in, require_in
from billwright.interfaces.web.forms import ActForm, DayField, bound
from billwright.interfaces.web.paging import AccountNames, by_days, by_ids
from billwright.interfaces.web.tags import state_column
from billwright.payments.collecting_rows import CollectionRow, CollectionRunRow
from billwright.payments.finding_words import FINDINGS
from billwright.payments.queries.collections import (
    get_collection,
    get_run,
    list_collections,
    list_findings,
    list_runs,
)
from billwright.payments.queries.gateways import list_gateways
from billwright.payments.queries.mandates import list_agreements
from billwright.payments.states import CARDS, COLLECTION, COLLECTION_RUN, CollectionRunState
from billwright.ui import formats, responses, tables, toasts
from billwright.ui.tables import Column, Table
from billwright.workflow import collecting
from billwright.workflow.collecting import TakenResults

_ACTS: Final = {
    "check": collecting.check_run,
    "approve": collecting.approve_run,
    "submit": collecting.submit_run,
    "discard": collecting.discard_run,
}
_TOLD: Final = {
    "check": gettext_lazy("Checked: it can be approved by another person."),
    "approve": gettext_lazy("Approved: its file can be written."),
    "submit": gettext_lazy("The file is written. Hand it to the bank."),
    "discard": gettext_lazy("Discarded: what it was for is free again."),
}
# Nobody has agreed to its debits yet.
_NOT_AGREED: Final = (CollectionRunState.DRAFT, CollectionRunState.CHECKED)
_TOLD_OF_CARDS: Final = {
    **_TOLD,
    "approve": gettext_lazy("Approved: its cards can be debited."),
    "submit": gettext_lazy("Submitted: the gateways are asked within a minute."),
}


class RunForm(ActForm):
    """Which scheme, on which day."""

    scheme = forms.ChoiceField(label=gettext_lazy("Scheme"))
    action_day = DayField(
        label=gettext_lazy("Action day"),
        required=False,
        help_text=gettext_lazy("Empty: the earliest day that the bank still takes. Cards are debited today."),
    )


class ResultsForm(ActForm):
    """A file of answers."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("pain.002, camt.054, returns of NACHA, unpaid files of South Africa and India."),
    )


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """Runs, the latest action day first, or all of them as a spreadsheet."""
    entity_ids = [one.id for one in chosen_entities(request, "collection.view", request.GET.get("entity", ""))]
    page = by_days(
        request,
        lambda before, limit: list_runs(legal_entity_ids=entity_ids, before=before, limit=limit),
        key=lambda row: (row.action_day, row.id),
    )
    table = Table(request, columns=_COLUMNS, rows=page.rows, page=page, label=_("Collection runs"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Collection runs"))
    context = {
        "table": table,
        "may_prepare": may(request, "collection_run.prepare"),
        "may_take": may(request, "collection_file.take"),
    }
    return render(request, "web/collecting/runs.html", context)


_COLUMNS = [
    Column(
        "name",
        gettext_lazy("Run"),
        value=lambda row: _("Cards %(id)d") % {"id": row.id} if row.scheme == CARDS else f"{row.scheme} {row.id}",
        url=lambda row: reverse("web:collection-run", args=[row.id]),
    ),
    Column("action_day", gettext_lazy("Action day"), kind="date", value=lambda row: row.action_day),
    Column("submit_by", gettext_lazy("File or debit by"), kind="date", value=lambda row: row.submit_by, optional=True),
    state_column(RUN_STATES),
    Column("debits", gettext_lazy("Debits"), kind="number", value=lambda row: row.collection_count, optional=True),
    Column("total", gettext_lazy("Total"), kind="money", value=lambda row: row.total),
    Column(
        "cleared",
        gettext_lazy("On statements"),
        kind="money",
        value=lambda row: None if row.scheme == CARDS else row.cleared,
        optional=True,
    ),
]


def run_for(request: HttpRequest, run_id: int) -> CollectionRunRow:
    """A run whose books the person may see. Raises NotFound, NotAllowed."""
    row = get_run(run_id)
    require_in(request, "collection.view", row.legal_entity_id)
    return row


@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: its steps, its debits, what it left out, and what a person may do next."""
    row = run_for(request, run_id)
    names = AccountNames()
    page = by_ids(
        request,
        lambda last, limit: list_collections(run_id=run_id, after_id=last or 0, limit=limit),
        names=names,
    )
    findings = list_findings(run_id)
    called = account_names(one.account_id for one in findings)
    of_cards = row.scheme == CARDS
    is_open = row.state in _NOT_AGREED or (of_cards and row.state == CollectionRunState.SUBMITTED)
    may_cancel = is_open and may_in(request, "collection.cancel", row.legal_entity_id)
    columns = _debit_columns(names, of_cards=of_cards, may_cancel=may_cancel and not tables.wants_export(request))
    table = Table(request, columns=columns, rows=page.rows, page=page, label=_("Debits"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Debits"))
    words, tone, icon_name = RUN_STATES[row.state]
    context = {
        "run": row,
        "of_cards": of_cards,
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "table": table,
        "findings": [(one, called[one.account_id].shown_name, FINDINGS[one.kind]) for one in findings],
        "acts": {
            name
            for name in COLLECTION_RUN.offered(row.state)
            if name in _ACTS and may_in(request, f"collection_run.{name}", row.legal_entity_id)
        },
        "may_download": row.stored_file_id is not None and may_in(request, "account.view_bank", row.legal_entity_id),
        "steps": _steps(row),
    }
    return render(request, "web/collecting/run.html", context)


def _steps(row: CollectionRunRow) -> list[tuple[str, str, datetime | None]]:
    """Who moved the run, and when."""
    people = display_names({row.prepared_by, row.approved_by, row.submitted_by} - {""})
    moved = (
        (_("Prepared"), row.prepared_by, row.prepared_at),
        (_("Approved"), row.approved_by, row.approved_at),
        (_("Submitted"), row.submitted_by, row.submitted_at),
    )
    return [(label, people.get(who, who), when) for label, who, when in moved if who]


def _debit_columns(names: dict[int, str], *, of_cards: bool, may_cancel: bool) -> list[Column]:
    return [
        Column(
            "account",
            gettext_lazy("Account"),
            value=lambda row: names.get(row.account_id, ""),
            url=lambda row: reverse("web:account", args=[row.account_id]),
        ),
        Column("method", gettext_lazy("From"), value=lambda row: row.method_label, optional=True),
        Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
        state_column(COLLECTION_STATES),
        *([_CANCEL_COLUMN] if may_cancel else []),
        *([] if of_cards else _BANK_COLUMNS),
        # No bank has heard of what may still be taken out.
        *([] if may_cancel and not of_cards else _SENT_COLUMNS),
    ]


def _cancel_button(row: CollectionRow) -> SafeString | str:
    if "cancel" not in COLLECTION.offered(row.state):
        return ""
    return drawer_button(reverse("web:collection-cancel", args=[row.id]), _("Take out"))


# Cards have no mandate, of whose debits a bank asks for the first apart, and are tried again outside of runs.
_BANK_COLUMNS: Final = [
    Column("try", gettext_lazy("Try"), kind="number", value=lambda row: row.attempt_no, optional=True),
    Column("sequence", gettext_lazy("Sequence"), value=lambda row: row.sequence, optional=True),
]
_SENT_COLUMNS: Final = [
    Column("code", gettext_lazy("Code"), value=lambda row: row.code, optional=True),
    Column("reference", gettext_lazy("Reference"), value=lambda row: row.end_to_end, optional=True),
]
_CANCEL_COLUMN: Final = Column("moves", "", value=lambda _row: "", render=_cancel_button)


@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest) -> HttpResponse:
    """Choose what is due."""
    entity = acting_entity(request)
    require_in(request, "collection_run.prepare", entity.id)
    form = bound(RunForm, request)
    schemes = _schemes(entity.id)
    cast("forms.ChoiceField", form.fields["scheme"]).choices = schemes
    return act_by_drawer(
        request,
        collecting.prepare_run,
        form=form,
        arguments=lambda given: {
            "legal_entity_id": entity.id,
            "scheme": given["scheme"].partition(":")[0],
            "currency": given["scheme"].partition(":")[2],
            "action_day": given["action_day"],
        },
        url=lambda row: reverse("web:collection-run", args=[row.id]),
        told=_("Prepared: what it is for is held."),
        context={
            "title": _("Collect for %(company)s") % {"company": entity.name},
            "icon": "play",
            "submit": _("Prepare"),
            "lead": "" if schemes else _("First set up a gateway, or enter under which number the company collects."),
            "follows": [
                ("list-checks", _("What is due on accounts with an active mandate or a kept card is chosen")),
                ("lock", _("It is held: not chased, and not collected a second time")),
                ("stamp", _("Another person approves before anything goes to the bank or the gateways")),
            ],
        },
    )


def _schemes(legal_entity_id: int) -> list[tuple[str, str]]:
    """What a company can collect by: the schemes agreed with its banks, and kept cards in its gateways' currencies."""
    banks = sorted({one.scheme for one in list_agreements(legal_entity_ids=[legal_entity_id])})
    gateways = list_gateways(legal_entity_ids=[legal_entity_id], active_only=True)
    cards = [
        (f"{CARDS}:{currency}", _("Kept cards and wallets, %(currency)s") % {"currency": currency})
        for currency in sorted({one.currency for one in gateways})
    ]
    return [(one, one) for one in banks] + cards


@require_POST
def act(request: HttpRequest, run_id: int, name: str) -> HttpResponse:
    """Check, approve, submit or discard."""
    row = run_for(request, run_id)
    perform(request, _ACTS[name], collection_run_id=row.id)
    toasts.toast(request, str((_TOLD_OF_CARDS if row.scheme == CARDS else _TOLD)[name]))
    return responses.done(request, reverse("web:collection-run", args=[row.id]))


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, collection_id: int) -> HttpResponse:
    """Take out a debit of a run that nobody has agreed to yet, or of cards and not yet asked for."""
    row = get_collection(collection_id)
    require_in(request, "collection.view", row.legal_entity_id)
    return act_by_drawer(
        request,
        collecting.cancel_collection,
        form=bound(ActForm, request),
        arguments=lambda _given: {"collection_id": row.id},
        url=lambda run: reverse("web:collection-run", args=[run.id]),
        told=_("Taken out: what it was for is free again."),
        context={
            "title": _("Take the debit of %(account)s out of the run?")
            % {"account": get_accounts({row.account_id})[row.account_id].shown_name},
            "icon": "minus",
            "submit": _("Take it out"),
            "lead": f"{row.end_to_end}, {formats.amount_with_currency(row.amount, formats=formats.reader())}",
            "follows": [
                ("scale", _("What it was for is free again: it is chased, and due for a run of a later day")),
                ("list-checks", _("The other debits stay; the count and the total of the run are less")),
            ],
        },
    )


@require_GET
def download(request: HttpRequest, run_id: int) -> HttpResponse:
    """The file as it went out, for whoever may see whole bank accounts."""
    row = run_for(request, run_id)
    require_in(request, "account.view_bank", row.legal_entity_id)
    name, content = collecting.read_run_file(run_id)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "POST"])
def results(request: HttpRequest) -> HttpResponse:
    """Take a bank's answers in."""
    visible_entities(request, "collection_file.take")
    return act_by_drawer(
        request,
        collecting.take_results,
        form=bound(ResultsForm, request),
        arguments=lambda given: {
            "name": PurePath(given["file"].name or "results").name,
            "content": given["file"].read(),
        },
        url=reverse("web:failed-debits"),
        told=_told,
        tone=lambda taken: "warn" if taken.aside else "good",
        template="web/collecting/results.html",
    )


def _told(taken: TakenResults) -> str:
    told = _("%(failed)d failed, %(returned)d taken back, %(paid)d paid.") % {
        "failed": taken.failed_count,
        "returned": taken.returned_count,
        "paid": taken.paid_count,
    }
    if taken.changed_count:
        told += " " + _("%(count)d bank accounts were corrected by their banks.") % {"count": taken.changed_count}
    if taken.aside:
        told += " " + _("%(count)d answers were left aside: %(why)s") % {
            "count": len(taken.aside),
            "why": taken.aside[0].why,
        }
    return told


class SettleForm(ActForm):
    """Up to which day."""

    on = DayField(label=gettext_lazy("Up to"))


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, run_id: int) -> HttpResponse:
    """Record the receipts of what the bank has not refused."""
    row = run_for(request, run_id)
    return act_by_drawer(
        request,
        collecting.settle_run,
        form=bound(SettleForm, request, on=max(row.action_day, day_at(request, row.legal_entity_id))),
        arguments=lambda given: {"collection_run_id": row.id, "on": given["on"]},
        url=reverse("web:collection-run", args=[row.id]),
        told=_("Receipts are recorded."),
        context={
            "title": _("Record what was paid"),
            "icon": "banknote",
            "submit": _("Record"),
            "follows": [
                ("receipt-text", _("Each debit of which the bank said nothing else is a receipt of its action day")),
                ("undo-2", _("A return opens the invoices again, weeks later too")),
            ],
        },
    )
