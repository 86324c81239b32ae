"""Buying prepaid credit of money that an account has paid, and giving it back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.acting import at_of
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.forms import ActForm, AmountField, DayField, bound
from billwright.kernel.clock import business_date
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.receivables.operations import give_back_wallet, top_up_wallet
from billwright.receivables.queries import list_cash, list_wallet
from billwright.ui import formats


class TopUpForm(ActForm):
    """Of which money, how much, and until when."""

    cash_id = forms.ChoiceField(label=gettext_lazy("Of the payment"))
    amount = AmountField(label=gettext_lazy("Amount"))
    expires_on = DayField(
        label=gettext_lazy("Expires on"), required=False, help_text=gettext_lazy("Empty: it never expires.")
    )


def _today(request: HttpRequest, account: AccountRow) -> date:
    """The civil date of the company: it is in its books."""
    return business_date(at_of(request), get_legal_entity(legal_entity_id=account.legal_entity_id).timezone)


@require_http_methods(["GET", "POST"])
def top_up(request: HttpRequest, account_id: int) -> HttpResponse:
    """Turn money that is not allocated into prepaid credit."""
    account = account_for(request, account_id)
    pieces = list_cash(account_id=account.id)
    form = bound(TopUpForm, request, amount=pieces[0].left.decimal if pieces else "")
    field: forms.ChoiceField = form.fields["cash_id"]  # type: ignore[assignment]
    field.choices = [
        (str(piece.cash_id), f"{piece.left} · {formats.day(piece.value_date, formats=formats.reader())}")
        for piece in pieces
    ]

    def arguments(given: dict[str, Any]) -> dict[str, Any]:
        return {
            "cash_id": int(given["cash_id"]),
            "amount": Money.of(given["amount"], account.currency),
            "on": _today(request, account),
            "expires_on": given["expires_on"],
        }

    return act_by_drawer(
        request,
        top_up_wallet,
        form=form,
        arguments=arguments,
        url=reverse("web:account", args=[account.id]),
        told=_("The credit is bought."),
        context={
            "title": _("Prepaid credit for %(number)s") % {"number": account.number},
            "icon": "wallet",
            "submit": _("Buy it"),
            "follows": [
                ("receipt-text", _("The next bills are settled from it, once other money of the account is used")),
                ("hourglass", _("The credit that expires first is used first; what expires is revenue")),
            ],
        },
    )


@require_http_methods(["GET", "POST"])
def give_back(request: HttpRequest, account_id: int, wallet_lot_id: int) -> HttpResponse:
    """Turn what is left into unallocated money again."""
    account = account_for(request, account_id)
    lot = next((one for one in list_wallet(account.id) if one.wallet_lot_id == wallet_lot_id), None)
    if lot is None:
        raise NotFound("wallet.not_found", _("There is no such prepaid credit."), field="wallet_lot_id")
    return act_by_drawer(
        request,
        give_back_wallet,
        form=bound(ActForm, request),
        arguments=lambda _given: {"wallet_lot_id": lot.wallet_lot_id, "on": _today(request, account)},
        url=reverse("web:account", args=[account.id]),
        told=_("It waits on the account as unallocated money."),
        context={
            "title": _("Give %(amount)s back") % {"amount": lot.left},
            "icon": "undo-2",
            "submit": _("Give it back"),
            "follows": [("piggy-bank", _("From there it is refunded, allocated or kept for the next bills"))],
        },
    )
