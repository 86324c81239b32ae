"""The inbox: entries of our bank accounts, and what is done with them."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.accounts.scope import visible_entities
from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.bank.words import ENTRY_STATES
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm, ReasonForm, bound
from billwright.interfaces.web.paging import by_days
from billwright.interfaces.web.tags import state_column
from billwright.org.queries import BankAccountRow, list_all_bank_accounts
from billwright.payments.queries.bank import get_bank_entries, list_bank_entries, list_gaps
from billwright.payments.rows import BankEntryRow
from billwright.payments.states import BankEntryState
from billwright.ui import formats, tables
from billwright.ui.keyset import Page
from billwright.ui.tables import Column, SavedView, Table
from billwright.workflow.bank_inbox import ignore_entries, receive_entries, reopen_entries

RECEIVED_AT_ONCE = 500
# The name of a view in the address: state, and whether the money came in.
VIEWS: dict[str, tuple[str, bool | None]] = {
    "": ("", None),
    "new-in": (BankEntryState.NEW, True),
    "new-out": (BankEntryState.NEW, False),
    "ignored": (BankEntryState.IGNORED, None),
}


class EntryFilter(forms.Form):
    """What the inbox shows."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Name, reference, text"), "type": "search"}),
    )
    account = forms.ChoiceField(label=gettext_lazy("Bank account"), required=False)
    view = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, accounts: list[BankAccountRow], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(account.id), f"{account.label} {account.iban or account.account_number}") for account in accounts]
        cast("forms.ChoiceField", self.fields["account"]).choices = [("", _("All")), *named]


def visible_bank_accounts(request: HttpRequest) -> list[BankAccountRow]:
    """Bank accounts of the legal entities whose bank the person may see. Raises NotAllowed where there is none."""
    entities = visible_entities(request, "bank.view")
    return list_all_bank_accounts(legal_entity_ids=[entity.id for entity in entities])


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """A page of entries, the newest first, or all of them as a spreadsheet."""
    accounts = visible_bank_accounts(request)
    filters = EntryFilter(request.GET, accounts=accounts)
    filters.is_valid()
    asked = filters.cleaned_data
    view = asked.get("view", "") if asked.get("view", "") in VIEWS else ""
    page = by_days(
        request,
        lambda before, limit: list_bank_entries(
            bank_account_ids=[int(asked["account"])] if asked.get("account") else [account.id for account in accounts],
            state=VIEWS[view][0],
            came_in=VIEWS[view][1],
            text=asked.get("q", ""),
            before=before,
            limit=limit,
        ),
        key=lambda entry: (entry.value_date, entry.id),
    )
    table = entry_table(request, page, accounts=accounts)
    if tables.wants_export(request):
        return tables.export(table, title=_("Bank entries"))
    context = {
        "table": table,
        "filters": filters,
        "views": _views(view),
        "gaps": list_gaps(bank_account_ids=[account.id for account in accounts]),
        "may_take": may(request, "bank_file.take"),
        "may_receive": may(request, "bank_entry.receive"),
        "has_accounts": bool(accounts),
    }
    return render(request, "web/bank/inbox.html", context)


def entry_table(request: HttpRequest, page: Page[BankEntryRow], *, accounts: list[BankAccountRow]) -> Table:
    """A page of entries as a table."""
    labels = {account.id: account.label for account in accounts}
    return Table(
        request,
        columns=_columns(labels, may_see_numbers=may(request, "account.view_bank")),
        rows=page.rows,
        page=page,
        label=_("Bank entries"),
        row_tone=lambda entry: "bad" if entry.return_reason else "",
    )


def _columns(labels: dict[int, str], *, may_see_numbers: bool) -> list[Column]:
    return [
        Column("value_date", _("Value date"), kind="date", value=lambda entry: entry.value_date),
        Column("amount", _("Amount"), kind="money", value=lambda entry: entry.amount),
        state_column(ENTRY_STATES, url=_url),
        Column("counterparty", _("From or to"), value=lambda entry: entry.counterparty or "–"),
        Column("remittance", _("Text"), value=lambda entry: entry.remittance or entry.end_to_end, wrap=True),
        Column("account", _("Bank account"), value=lambda entry: labels.get(entry.bank_account_id, ""), optional=True),
        Column("code", _("Code"), value=lambda entry: entry.code, optional=True),
        Column("booking_date", _("Booked"), kind="date", value=lambda entry: entry.booking_date, hidden=True),
        Column(
            "counterparty_account",
            _("Their account"),
            value=lambda entry: entry.counterparty_account if may_see_numbers else "",
            hidden=True,
        ),
        Column("end_to_end", _("Reference"), value=lambda entry: entry.end_to_end, hidden=True),
        Column("bank_reference", _("Bank's reference"), value=lambda entry: entry.bank_reference, hidden=True),
    ]


def _url(entry: BankEntryRow) -> str:
    """Where the state leads: to the receipt, or to what can be done."""
    if entry.payment_id is not None:
        return reverse("web:payment", args=[entry.payment_id])
    name = "web:bank-entry-reopen" if entry.state == BankEntryState.IGNORED else "web:bank-entry-ignore"
    return reverse(name, args=[entry.id])


def _views(chosen: str) -> list[SavedView]:
    named = (("", _("All")), ("new-in", _("New, came in")), ("new-out", _("New, went out")), ("ignored", _("Left out")))
    return [SavedView(label, f"?view={key}" if key else "?", current=chosen == key) for key, label in named]


@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest) -> HttpResponse:
    """Record what came in and is new as receipts; so many at once that the page answers."""
    require(request, "bank_entry.receive")
    new = list_bank_entries(
        bank_account_ids=[account.id for account in visible_bank_accounts(request)],
        state=BankEntryState.NEW,
        came_in=True,
        limit=RECEIVED_AT_ONCE,
    )
    sums: dict[str, Any] = {}
    for entry in new:
        sums[entry.amount.currency] = entry.amount + sums.get(entry.amount.currency, entry.amount - entry.amount)
    follows = [
        (
            "banknote",
            ngettext("%(count)d receipt is made.", "%(count)d receipts are made.", len(new)) % {"count": len(new)},
        ),
        *(("sigma", formats.amount_with_currency(amount, formats=formats.reader())) for amount in sums.values()),
        ("hourglass", _("They wait in suspense until their payer is known.")),
    ]
    return act_by_drawer(
        request,
        receive_entries,
        form=bound(ActForm, request),
        arguments=lambda _given: {"bank_entry_ids": [entry.id for entry in new]},
        url=reverse("web:bank"),
        told=lambda answers: (
            ngettext("%(count)d receipt recorded.", "%(count)d receipts recorded.", len(answers))
            % {"count": len(answers)}
        ),
        context={"title": _("Record what came in"), "icon": "banknote", "follows": follows, "submit": _("Record")},
    )


@require_http_methods(["GET", "POST"])
def ignore(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Leave an entry out of the work, with a reason."""
    entry = _visible_entry(request, entry_id)
    return act_by_drawer(
        request,
        ignore_entries,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"bank_entry_ids": [entry.id]},
        url=reverse("web:bank"),
        told=_("Left out."),
        context={
            "title": _("Leave %(amount)s out")
            % {"amount": formats.amount_with_currency(entry.amount, formats=formats.reader())},
            "icon": "minus",
            "lead": entry.remittance or entry.counterparty,
            "follows": [("minus", _("Nobody is asked to deal with it. It can be taken back."))],
            "submit": _("Leave out"),
        },
    )


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take an entry that was left out back into the work."""
    entry = _visible_entry(request, entry_id)
    return act_by_drawer(
        request,
        reopen_entries,
        form=bound(ActForm, request),
        arguments=lambda _given: {"bank_entry_ids": [entry.id]},
        url=reverse("web:bank"),
        told=_("Taken back."),
        context={
            "title": _("Take %(amount)s back")
            % {"amount": formats.amount_with_currency(entry.amount, formats=formats.reader())},
            "icon": "undo-2",
            "lead": entry.reason,
            "submit": _("Take back"),
        },
    )


def _visible_entry(request: HttpRequest, entry_id: int) -> BankEntryRow:
    [entry] = get_bank_entries([entry_id])
    if entry.bank_account_id not in {account.id for account in visible_bank_accounts(request)}:
        get_bank_entries([0])
    return entry
