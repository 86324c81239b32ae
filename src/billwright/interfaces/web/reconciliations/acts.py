"""What is done with reconciliations: starting, taking papers in, saying how they are read, explaining, signing."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from billwright.accounts.queries import account_ids_by_number, get_accounts
from billwright.interfaces.web.accounts.scope import account_for, today
from billwright.interfaces.web.acting import perform, require
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ReasonForm, bound
from billwright.interfaces.web.reconciliations.forms import (
    ColumnsForm,
    ExplainForm,
    PaperForm,
    SignForm,
    StartForm,
)
from billwright.interfaces.web.reconciliations.page import reconciliation_for
from billwright.interfaces.web.reconciliations.words import KINDS
from billwright.kernel.errors import NotFound
from billwright.receivables.queries import reconciliations as queries
from billwright.receivables.reconciliation_rows import FileOfTheirs, ReconciliationRow
from billwright.ui import responses, toasts
from billwright.workflow import reconciliations as workbench


def page_of(reconciliation_id: int) -> str:
    """The page of a comparison."""
    return reverse("web:reconciliation", args=[reconciliation_id])


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Begin a comparison."""
    require(request, "payment.view")
    return act_by_drawer(
        request,
        workbench.start_reconciliation,
        form=bound(StartForm, request, as_of=today(request), accounts=request.GET.get("account", "")),
        arguments=lambda given: {
            "account_ids": _accounts(request, given["accounts"]),
            **{name: given[name] for name in ("content", "as_of", "since", "timing_days", "title")},
        },
        url=lambda row: page_of(row.id),
        told=_("Started. Take their file in next."),
        context={
            "title": _("Compare with a customer's paper"),
            "icon": "scale",
            "submit": _("Start"),
            "follows": [("book-open", _("Nothing is posted: it says what differs and why"))],
        },
    )


def _accounts(request: HttpRequest, numbers: list[str]) -> tuple[int, ...]:
    known = account_ids_by_number(numbers)
    for number in numbers:
        if number not in known:
            words = _("There is no account %(number)s.") % {"number": number}
            raise NotFound("account.not_found", words, field="accounts")
        account_for(request, known[number], "payment.view")
    return tuple(known[number] for number in numbers)


@require_http_methods(["GET", "POST"])
def add_paper(request: HttpRequest, reconciliation_id: int) -> HttpResponse:
    """Take a file of theirs in."""
    row = reconciliation_for(request, reconciliation_id)
    accounts = [(one.id, f"{one.number} {one.currency}") for one in get_accounts(set(row.account_ids)).values()]
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return act_by_drawer(
        request,
        workbench.add_their_paper,
        form=PaperForm(*posted, accounts=accounts, initial={"account": accounts[0][0] if len(accounts) == 1 else ""}),
        arguments=lambda given: {
            "reconciliation_id": row.id,
            "name": PurePath(given["file"].name or "paper").name,
            "content": given["file"].read(),
            "account_id": given["account"],
        },
        url=page_of(row.id),
        told=_read_words,
        tone=lambda file: "good" if file.is_confirmed else "accent",
        context={
            "title": _("Take their file in"),
            "icon": "file-up",
            "submit": _("Read and compare"),
            "lead": _("Its columns are found by their headings; you confirm them once for this customer."),
        },
    )


def _read_words(file: FileOfTheirs) -> str:
    words = ngettext("%(count)d line read.", "%(count)d lines read.", file.row_count) % {"count": file.row_count}
    return words if file.is_confirmed else f"{words} {_('Confirm how it is read.')}"


@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, reconciliation_id: int, file_id: int) -> HttpResponse:
    """Say which of their columns says what; remembered for the customer."""
    row = reconciliation_for(request, reconciliation_id)
    file = queries.get_their_file(file_id)
    posted = (request.POST,) if request.method == "POST" else ()
    form = ColumnsForm(*posted, headings=file.headings, found=file.columns)
    return act_by_drawer(
        request,
        workbench.confirm_columns,
        form=form,
        arguments=lambda _given: {
            "reconciliation_id": row.id,
            "their_file_id": file.id,
            "columns": form.columns(),
        },
        url=page_of(row.id),
        told=_("Read again, and remembered for this customer."),
        context={
            "title": _("How %(name)s is read") % {"name": file.name},
            "icon": "table",
            "submit": _("Confirm"),
            "drawer_class": "wide",
        },
    )


@require_POST
def remove_paper(request: HttpRequest, reconciliation_id: int, file_id: int) -> HttpResponse:
    """Take a file out again."""
    row = reconciliation_for(request, reconciliation_id)
    perform(request, workbench.remove_their_paper, reconciliation_id=row.id, their_file_id=file_id)
    toasts.toast(request, _("Taken out."))
    return responses.done(request, page_of(row.id))


@require_POST
def compare(request: HttpRequest, reconciliation_id: int) -> HttpResponse:
    """Compare with our books as they are now."""
    row = reconciliation_for(request, reconciliation_id)
    perform(request, workbench.compare_again, reconciliation_id=row.id)
    toasts.toast(request, _("Compared with the books as they are now."))
    return responses.done(request, page_of(row.id))


@require_http_methods(["GET", "POST"])
def explain(request: HttpRequest, reconciliation_id: int) -> HttpResponse:
    """Say why one finding, or all of a kind, differ."""
    row = reconciliation_for(request, reconciliation_id)
    kind, finding = request.GET.get("kind", ""), request.GET.get("finding", "")
    chosen: dict[str, Any] = {"finding_ids": (int(finding),)} if finding.isdigit() else {"kind": kind}
    return act_by_drawer(
        request,
        workbench.explain,
        form=bound(ExplainForm, request),
        arguments=lambda given: {"reconciliation_id": row.id, "text": given["text"], **chosen},
        url=f"{page_of(row.id)}?kind={kind}" if kind else page_of(row.id),
        told=_("Kept."),
        context={
            "title": _("Why they differ"),
            "icon": "message-square",
            "submit": _("Keep"),
            "lead": KINDS[kind][0] if kind in KINDS and not finding else "",
        },
    )


@require_http_methods(["GET", "POST"])
def sign_off(request: HttpRequest, reconciliation_id: int) -> HttpResponse:
    """Freeze the figures."""
    row = reconciliation_for(request, reconciliation_id)
    return act_by_drawer(
        request,
        workbench.sign_off,
        form=bound(SignForm, request),
        arguments=lambda given: {"reconciliation_id": row.id, "note": given["note"]},
        url=page_of(row.id),
        told=_("Signed off: the figures stay as they are."),
        context={
            "title": _("Sign off"),
            "icon": "signature",
            "submit": _("Sign off"),
            "follows": [("lock", _("Its lines and figures can never be changed again"))],
        },
    )


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, reconciliation_id: int) -> HttpResponse:
    """Give it up."""
    row: ReconciliationRow = reconciliation_for(request, reconciliation_id)
    return act_by_drawer(
        request,
        workbench.discard_reconciliation,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"reconciliation_id": row.id},
        url=reverse("web:reconciliations"),
        told=_("Given up."),
        context={"title": _("Give it up"), "icon": "minus", "submit": _("Give up")},
    )
