"""Money that belongs elsewhere: moved, split over many accounts, or sent back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billwright.accounts.queries import account_ids_by_number, find_account
from billwright.interfaces.web.accounts.edits import page_of
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, require_in
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.receivables.forms import MoveForm, RefundForm
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.receivables import operations
from billwright.receivables.queries import get_cash, get_items
from billwright.receivables.rows import CashRow, CashShare
from billwright.ui import formats
from billwright.workflow.payment_intake import refund


def cash_for(request: HttpRequest, cash_id: int) -> CashRow:
    """A piece of cash whose books the person may see. Raises NotFound, NotAllowed."""
    piece = get_cash(cash_id)
    require_in(request, "payment.view", piece.legal_entity_id)
    return piece


def move(request: HttpRequest, cash_id: int) -> HttpResponse:
    """Move what is left, or shares of it, to the accounts where it belongs; both sides stay visible."""
    piece = cash_for(request, cash_id)
    origin = find_account(piece.account_id) if piece.account_id else None
    form = (
        MoveForm(request.POST, currency=piece.left.currency)
        if request.method == "POST"
        else MoveForm(initial={"amount_0": str(piece.left.decimal)}, currency=piece.left.currency)
    )
    return act_by_drawer(
        request,
        operations.move_cash,
        form=form,
        arguments=lambda _given: {"cash_id": piece.cash_id, "shares": _shares(request, form)},
        url=reverse("web:payment", args=[piece.payment_id]),
        told=_("Moved. Both accounts show it."),
        template="web/receivables/move.html",
        context={
            "title": _("Move money"),
            "icon": "arrow-right-left",
            "drawer_class": "wide",
            "submit": _("Move"),
            "piece": piece,
            "origin": origin,
            "follows": [
                ("arrow-right-left", _("Each share waits on its new account and can be allocated there")),
                ("book-open", _("The ledger shows both sides, on the day of the receipt or the first open one")),
            ],
        },
    )


def _shares(request: HttpRequest, form: MoveForm) -> tuple[CashShare, ...]:
    given = form.shares()
    known = account_ids_by_number([number.strip() for _field, number, _amount in given])
    shares = []
    for field, number, amount in given:
        account_id = known.get(number.strip())
        if account_id is None:
            words = _("There is no account %(number)s.") % {"number": number}
            raise NotFound("account.not_found", words, field=field)
        account_for(request, account_id, "payment.view")
        shares.append(CashShare(account_id=account_id, amount=amount))
    return tuple(shares)


def refund_cash(request: HttpRequest, cash_id: int) -> HttpResponse:
    """Send unallocated money back."""
    piece = cash_for(request, cash_id)
    url = page_of(piece.account_id) if piece.account_id else reverse("web:payment", args=[piece.payment_id])
    return _refund(request, piece.left, {"cash_id": cash_id}, piece.legal_entity_id, url)


def refund_credit(request: HttpRequest, open_item_id: int) -> HttpResponse:
    """Send the money of an unapplied credit note back."""
    item = get_items([open_item_id]).get(open_item_id)
    if item is None:
        raise NotFound("open_item.not_found", _("There is no such open item."))
    account = account_for(request, item.account_id, "payment.view")
    return _refund(request, -item.open, {"credit_item_id": open_item_id}, account.legal_entity_id, page_of(account.id))


def _refund(request: HttpRequest, left: Money, source: dict[str, int], legal_entity_id: int, url: str) -> HttpResponse:
    amount = formats.amount_with_currency(left, formats=formats.reader())
    return act_by_drawer(
        request,
        refund,
        form=bound(RefundForm, request, amount=str(left.decimal), value_date=day_at(request, legal_entity_id)),
        arguments=lambda given: _refund_arguments(given, source, left.currency),
        url=url,
        told=lambda row: _("Refund %(number)s is booked.") % {"number": row.number},
        context={
            "title": _("Refund"),
            "icon": "corner-up-left",
            "submit": _("Refund"),
            "lead": _("At most %(amount)s is left to send back.") % {"amount": amount},
            "follows": [
                ("landmark", _("The money leaves the bank account: pay it out there")),
                ("book-open", _("What we owed to the customer is booked as paid back")),
                ("gauge", _("Above your limit another person has to agree")),
            ],
        },
    )


def _refund_arguments(given: dict[str, Any], source: dict[str, int], currency: str) -> dict[str, Any]:
    return {
        "amount": Money.of(given["amount"], currency),
        "value_date": given["value_date"],
        "method": given["method"],
        "reference": given["reference"],
        **source,
    }
