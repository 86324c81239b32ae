"""Money that came in another currency than its payer's account: changed by the dated rate, and changed back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from billwright.accounts.queries import account_ids_by_number
from billwright.interfaces.web.accounts.scope import account_for
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.receivables.forms import ConversionBackForm, ConversionForm
from billwright.interfaces.web.receivables.moving import cash_for
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.receivables import operations
from billwright.receivables.rows import ConversionRow
from billwright.ui import formats


def convert(request: HttpRequest, cash_id: int) -> HttpResponse:
    """Change money into the currency of an account of the same company; it waits there."""
    piece = cash_for(request, cash_id)
    left = formats.amount_with_currency(piece.left, formats=formats.reader())
    today = day_at(request, piece.legal_entity_id)
    return act_by_drawer(
        request,
        operations.convert_cash,
        form=bound(ConversionForm, request, amount=str(piece.left.decimal), on=max(today, piece.accounting_date)),
        arguments=lambda given: _arguments(request, given, cash_id, piece.left.currency),
        url=reverse("web:payment", args=[piece.payment_id]),
        told=_told,
        context={
            "title": _("Change currency"),
            "icon": "repeat",
            "submit": _("Change"),
            "lead": _("%(left)s is left of it.") % {"left": left},
            "follows": [
                ("calendar", _("The rate that holds on that day is taken; the payment shows it with its source")),
                ("arrow-right-left", _("The money waits on that account, in the currency of the account")),
                ("book-open", _("What both differ by in the company's currency is an exchange difference")),
            ],
        },
    )


def _arguments(request: HttpRequest, given: dict[str, Any], cash_id: int, currency: str) -> dict[str, Any]:
    number = given["account_number"].strip()
    account_id = account_ids_by_number([number]).get(number)
    if account_id is None:
        words = _("There is no account %(number)s.") % {"number": number}
        raise NotFound("account.not_found", words, field="account_number")
    account_for(request, account_id, "payment.view")
    return {
        "cash_id": cash_id,
        "account_id": account_id,
        "amount": Money.of(given["amount"], currency),
        "on": given["on"],
    }


def _told(row: ConversionRow) -> str:
    spoken = formats.reader()
    return _("%(given)s became %(became)s at %(rate)s (%(source)s, from %(day)s).") % {
        "given": formats.amount_with_currency(row.given, formats=spoken),
        "became": formats.amount_with_currency(row.became.amount, formats=spoken),
        "rate": formats.number(row.rate.normalize(), formats=spoken),
        "source": row.rate_source or "–",
        "day": formats.day(row.rate_from, formats=spoken),
    }


def convert_back(request: HttpRequest, cash_id: int) -> HttpResponse:
    """Take a change of money back, at the rate that it was made at."""
    piece = cash_for(request, cash_id)
    return act_by_drawer(
        request,
        operations.undo_conversion,
        form=bound(ConversionBackForm, request),
        arguments=lambda _given: {"cash_id": cash_id},
        url=reverse("web:payment", args=[piece.payment_id]),
        told=_("Changed back."),
        context={
            "title": _("Change back"),
            "icon": "undo-2",
            "submit": _("Change back"),
            "follows": [("book-open", _("The entry is reversed: nothing is won or lost by it"))],
        },
    )
