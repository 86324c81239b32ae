"""Mandates: the list, signing one on an account, and what moves one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from billwright.accounts.queries import get_accounts
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.accounts.scope import account_for, chosen_entities, today
from billwright.interfaces.web.collecting.forms import MandateForm, details_of
from billwright.interfaces.web.collecting.methods import may_carry_mandates
from billwright.interfaces.web.collecting.moves import Moves, move_by_drawer
from billwright.interfaces.web.collecting.words import FREQUENCIES, MANDATE_STATES
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, may_in, require_in
from billwright.interfaces.web.forms import ActForm, DayField, bound
from billwright.interfaces.web.paging import AccountNames, by_ids
from billwright.interfaces.web.tags import state_column
from billwright.kernel.money import Money
from billwright.payments import operations
from billwright.payments.collecting_rows import MandateRow
from billwright.payments.operations import MandateIn
from billwright.payments.queries.mandates import get_mandate, list_mandates, list_methods
from billwright.payments.states import MANDATE, BankDetailsKind, MandateFrequency, MandateState
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table

EXPIRING_DAYS = 60
MOVES: Final[Moves] = {
    "suspend": (operations.suspend_mandate, gettext_lazy("Put the mandate aside")),
    "resume": (operations.resume_mandate, gettext_lazy("Take the mandate into use again")),
    "revoke": (operations.revoke_mandate, gettext_lazy("Revoke the mandate")),
}
# In which form each scheme names a bank account.
_KINDS: Final = {
    "sepa": BankDetailsKind.IBAN,
    "za": BankDetailsKind.ZA,
    "nacha": BankDetailsKind.US,
    "in": BankDetailsKind.IN,
}


class ConfirmForm(ActForm):
    """The customer's confirmation with his bank."""

    on = DayField(label=gettext_lazy("Confirmed on"))
    how = forms.CharField(label=gettext_lazy("How"), max_length=60)
    bank_reference = forms.CharField(
        label=gettext_lazy("Reference of the bank"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("Such as the UMRN."),
    )


@require_GET
def mandates(request: HttpRequest) -> HttpResponse:
    """Mandates, the newest first, or all of them as a spreadsheet."""
    entities = chosen_entities(request, "mandate.view", request.GET.get("entity", ""))
    view = request.GET.get("view", "")
    names = AccountNames()
    page = by_ids(
        request,
        lambda before_id, limit: list_mandates(
            legal_entity_ids=[entity.id for entity in entities],
            state=view if view in MANDATE_STATES else "",
            text=request.GET.get("q", "")[:80],
            expiring_by=today(request) + timedelta(days=EXPIRING_DAYS) if view == "expiring" else None,
            changed_only=view == "changed",
            before_id=before_id,
            limit=limit,
        ),
        names=names,
    )
    table = Table(request, columns=_columns(names), rows=page.rows, page=page, label=_("Mandates"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Mandates"))
    return render(request, "web/collecting/mandates.html", {"table": table, "view": view, "views": _views(view)})


def _views(chosen: str) -> list[SavedView]:
    named = (
        ("", _("All")), (MandateState.ACTIVE.value, _("Active")), (MandateState.CREATED.value, _("Not yet confirmed")),
        ("expiring", _("Ending soon")), ("changed", _("Corrected by a bank")),
        (MandateState.REVOKED.value, _("Revoked")),
    )  # fmt: skip
    return [SavedView(label, f"?view={key}" if key else "?", current=chosen == key) for key, label in named]


def _columns(names: dict[int, str]) -> list[Column]:
    return [
        Column(
            "reference",
            gettext_lazy("Reference"),
            value=lambda row: row.reference,
            url=lambda row: reverse("web:mandate", args=[row.id]),
        ),
        Column("account", gettext_lazy("Account"), value=lambda row: names.get(row.account_id, "")),
        Column("scheme", gettext_lazy("Scheme"), value=lambda row: row.scheme, optional=True),
        Column("method", gettext_lazy("From"), value=lambda row: row.method_label, optional=True),
        state_column(MANDATE_STATES),
        Column("limit", gettext_lazy("Most in one debit"), kind="money", value=lambda row: row.limit, optional=True),
        Column("signed", gettext_lazy("Signed"), kind="date", value=lambda row: row.signed_on, optional=True),
        Column("ends", gettext_lazy("Last day"), kind="date", value=lambda row: row.ends_on, optional=True),
        Column("last", gettext_lazy("Last debit"), kind="date", value=lambda row: row.last_collected_on),
    ]


def _mandate_for(request: HttpRequest, mandate_id: int) -> MandateRow:
    row = get_mandate(mandate_id)
    require_in(request, "mandate.view", row.legal_entity_id)
    return row


@require_GET
def mandate(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """One mandate and what may be done with it."""
    row = _mandate_for(request, mandate_id)
    words, tone, icon_name = MANDATE_STATES[row.state]
    offered = {
        name
        for name in (*MOVES, "authenticate")
        if MANDATE.allows(name, row.state) and may_in(request, f"mandate.{name}", row.legal_entity_id)
    }
    context = {
        "mandate": row,
        "account": get_accounts({row.account_id})[row.account_id],
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "frequency": dict(FREQUENCIES)[row.frequency],
        "acts": offered,
    }
    return render(request, "web/collecting/mandate.html", context)


@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, account_id: int) -> HttpResponse:
    """Record a signed mandate with the customer's bank account."""
    account = account_for(request, account_id)
    require_in(request, "mandate.add", account.legal_entity_id)
    initial = {
        "signed_on": day_at(request, account.legal_entity_id),
        "stored_method": request.GET.get("method", ""),
    }
    posted = (request.POST,) if request.method == "POST" else ()
    stored = [one for one in list_methods(account.id) if may_carry_mandates(one)]
    return act_by_drawer(
        request,
        operations.add_mandate,
        form=MandateForm(*posted, stored=stored, initial=initial),
        arguments=lambda given: {"mandate": _signed(account, given)},
        url=lambda row: reverse("web:mandate", args=[row.id]),
        told=_("The mandate is recorded."),
        context={
            "title": _("A mandate of %(number)s") % {"number": account.number},
            "icon": "signature",
            "submit": _("Record it"),
            "follows": [
                ("lock", _("The bank account is encrypted and shown by its last letters alone")),
                ("stamp", _("Where the scheme asks for it, the customer confirms it with his bank first")),
            ],
        },
    )


def _signed(account: AccountRow, given: dict[str, Any]) -> MandateIn:
    """The mandate as the form has it; what kind of bank details a scheme wants goes by its name."""
    kind = BankDetailsKind.IBAN if given["iban"] else _KINDS[given["scheme"].partition("-")[0]]
    stored_method_id = given.get("stored_method")
    plain = {
        name: given[name]
        for name in ("scheme", "reference", "signed_on", "holder", "pay_day", "collection_day", "ends_on")
    }
    return MandateIn(
        account_id=account.id,
        stored_method_id=stored_method_id,
        details=None if stored_method_id else details_of(given, kind),
        limit=Money.of(given["limit"], account.currency) if given["limit"] else None,
        frequency=MandateFrequency(given["frequency"]),
        **plain,
    )


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, mandate_id: int) -> HttpResponse:
    """The customer has confirmed it with his bank."""
    row = _mandate_for(request, mandate_id)
    return act_by_drawer(
        request,
        operations.authenticate_mandate,
        form=bound(ConfirmForm, request, on=day_at(request, row.legal_entity_id)),
        arguments=lambda given: {
            "mandate_id": row.id,
            "on": given["on"],
            "how": given["how"],
            "bank_reference": given["bank_reference"],
        },
        url=reverse("web:mandate", args=[row.id]),
        told=_("Confirmed: the mandate is active."),
        context={"title": _("Confirmed by the customer"), "icon": "stamp", "submit": _("Record it")},
    )


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, mandate_id: int, name: str) -> HttpResponse:
    """Put it aside, take it into use again, or end it."""
    row = _mandate_for(request, mandate_id)
    url = reverse("web:mandate", args=[row.id])
    return move_by_drawer(request, MOVES, name, of={"mandate_id": row.id}, url=url, icon="signature")
