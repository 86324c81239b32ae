"""Bank files: the list, one of them with its statements, a statement with its entries, and sending one in."""

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
from billwright.interfaces.web.acting import actor_of, may, permissions, require
from billwright.interfaces.web.bank.entries import entry_table, visible_bank_accounts
from billwright.interfaces.web.bank.words import FILE_STATES
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm
from billwright.interfaces.web.paging import by_days, by_ids
from billwright.interfaces.web.tags import state_column
from billwright.org.queries import BankAccountRow
from billwright.payments.queries.bank import (
    get_bank_file,
    get_statement,
    list_bank_entries,
    list_bank_files,
    list_statements,
)
from billwright.payments.rows import BankFileRow
from billwright.payments.states import BankFileState
from billwright.ui import tables
from billwright.ui.tables import Column, Table
from billwright.workflow.bank_inbox import take_bank_file


class UploadForm(ActForm):
    """A bank file, and whose account it is where it does not say."""

    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("Any format of a bank; it is found by what is in it.")
    )
    account = forms.TypedChoiceField(
        label=gettext_lazy("Bank account"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("Only for tables that do not name it."),
    )

    def __init__(self, *args: Any, accounts: list[BankAccountRow], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(account.id), f"{account.label} {account.iban or account.account_number}") for account in accounts]
        cast("forms.ChoiceField", self.fields["account"]).choices = [("", _("As the file says")), *named]


_COLUMNS = [
    Column(
        "name",
        gettext_lazy("File"),
        value=lambda row: row.name,
        url=lambda row: reverse("web:bank-file", args=[row.id]),
    ),
    state_column(FILE_STATES),
    Column("format", gettext_lazy("Format"), value=lambda row: row.format, optional=True),
    Column(
        "statements", gettext_lazy("Statements"), kind="number", value=lambda row: row.statement_count, optional=True
    ),
    Column("entries", gettext_lazy("Entries"), kind="number", value=lambda row: row.entry_count),
    Column("new", gettext_lazy("New"), kind="number", value=lambda row: row.new_count),
    Column("reason", gettext_lazy("Why it was set aside"), value=lambda row: row.reason, wrap=True),
    Column("taken_at", gettext_lazy("Came in"), kind="datetime", value=lambda row: row.taken_at, optional=True),
]


def _whose(request: HttpRequest) -> dict[str, Any]:
    """Which bank files the person may see: all, or those of accounts of their companies and those they took."""
    require(request, "bank.view")
    if permissions(request).entities_for("bank.view") is None:
        return {}
    return {"bank_account_ids": [one.id for one in visible_bank_accounts(request)], "taken_by": actor_of(request)}


@require_GET
def file_list(request: HttpRequest) -> HttpResponse:
    """Bank files, the newest first."""
    theirs = _whose(request)
    page = by_ids(request, lambda before_id, limit: list_bank_files(**theirs, before_id=before_id, limit=limit))
    table = Table(request, columns=_COLUMNS, rows=page.rows, page=page, label=_("Bank files"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Bank files"))
    return render(request, "web/bank/files.html", {"table": table, "may_take": may(request, "bank_file.take")})


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a bank file in; what is wrong with it sets it aside, and its page says why."""
    require(request, "bank_file.take")
    accounts = visible_bank_accounts(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*posted, accounts=accounts)
    return act_by_drawer(
        request,
        take_bank_file,
        form=form,
        arguments=lambda given: {
            "name": PurePath(given["file"].name or "bank file").name,
            "content": given["file"].read(),
            "bank_account_id": given["account"],
        },
        url=lambda row: reverse("web:bank-file", args=[row.id]),
        told=_told,
        tone=_tone,
        template="web/bank/new.html",
    )


def _told(row: BankFileRow) -> str:
    if row.state == BankFileState.QUARANTINED:
        return _("The file was set aside: %(reason)s") % {"reason": row.reason}
    if row.repeated:
        return _("The same file was taken before.")
    return ngettext("%(count)d new entry.", "%(count)d new entries.", row.new_count) % {"count": row.new_count}


def _tone(row: BankFileRow) -> str:
    if row.state == BankFileState.QUARANTINED:
        return "warn"
    return "accent" if row.repeated else "good"


@require_GET
def file(request: HttpRequest, file_id: int) -> HttpResponse:
    """What became of a file, and its statements."""
    row = get_bank_file(file_id, **_whose(request))
    labels = {account.id: account for account in visible_bank_accounts(request)}
    statements = [one for one in list_statements(file_id=file_id) if one.bank_account_id in labels]
    words, tone, icon_name = FILE_STATES[row.state]
    context = {
        "file": row,
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "person": display_names([row.taken_by])[row.taken_by],
        "statements": [(one, labels[one.bank_account_id]) for one in statements],
    }
    return render(request, "web/bank/file.html", context)


@require_GET
def statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    """A statement, its balances, and the entries that it brought first."""
    accounts = visible_bank_accounts(request)
    row = get_statement(statement_id, bank_account_ids=[account.id for account in accounts])
    account = next(account for account in accounts if account.id == row.bank_account_id)
    page = by_days(
        request,
        lambda before, limit: list_bank_entries(statement_id=statement_id, before=before, limit=limit),
        key=lambda entry: (entry.value_date, entry.id),
    )
    table = entry_table(request, page, accounts=accounts)
    if tables.wants_export(request):
        return tables.export(table, title=_("Bank entries"))
    context = {"statement": row, "account": account, "file": get_bank_file(row.file_id), "table": table}
    return render(request, "web/bank/statement.html", context)
