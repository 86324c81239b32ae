"""What is done at the counter."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billwright.accounts.queries import account_ids_by_number
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.accounts.scope import account_for, today, visible_entities
from billwright.interfaces.web.acting import KEY_FIELD, require
from billwright.interfaces.web.counter.forms import (
    AcceptForm,
    CashForm,
    ChequeForm,
    CountForm,
    DayForm,
    DepositForm,
    OpenForm,
    UnpaidForm,
)
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import acting_entity, day_at, require_in
from billwright.interfaces.web.forms import bound
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.org.queries import BankAccountRow, list_all_bank_accounts, list_bank_accounts
from billwright.payments.counter_states import ChequeState
from billwright.payments.queries import counter as queries
from billwright.ui import formats
from billwright.workflow import counter
from billwright.workflow.counter import ChequeIn


def _banks(request: HttpRequest, right: str) -> list[BankAccountRow]:
    return list_all_bank_accounts(legal_entity_ids=[entity.id for entity in visible_entities(request, right)])


def _account(request: HttpRequest, number: str) -> AccountRow:
    known = account_ids_by_number([number.strip()])
    if number.strip() not in known:
        words = _("There is no account %(number)s.") % {"number": number}
        raise NotFound("account.not_found", words, field="account_number")
    return account_for(request, known[number.strip()], "payment.view")


@require_http_methods(["GET", "POST"])
def receive_cheque(request: HttpRequest) -> HttpResponse:
    """Take a cheque."""
    require(request, "cheque.receive")

    def cheque(given: dict[str, object]) -> dict[str, ChequeIn]:
        account = _account(request, str(given["account_number"]))
        names = ("number", "bank_name", "drawer", "drawn_on", "received_on")
        told = {name: given[name] for name in names}
        amount = Money.of(given["amount"], account.currency)  # type: ignore[arg-type]
        return {"cheque": ChequeIn(account_id=account.id, amount=amount, **told)}  # type: ignore[arg-type]

    return act_by_drawer(
        request,
        counter.receive_cheque,
        form=bound(
            ChequeForm, request, received_on=today(request), drawn_on=today(request),
            account_number=request.GET.get("account", ""),
        ),
        arguments=cheque,
        url=reverse("web:cheques"),
        told=_("Taken: the oldest documents are settled, as long as it is paid."),
        context={"title": _("Take a cheque"), "icon": "banknote", "submit": _("Take it")},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def deposit(request: HttpRequest) -> HttpResponse:
    """Bring every cheque of the bank account's company and currency to the bank on one slip."""
    banks = _banks(request, "cheque.deposit")
    posted = (request.POST,) if request.method == "POST" else ()

    def chosen(given: dict[str, Any]) -> dict[str, object]:
        bank = next(one for one in banks if one.id == given["bank_account"])
        rows = queries.list_cheques(legal_entity_ids=[bank.legal_entity_id], state=ChequeState.RECEIVED, limit=500)
        ready = [row.id for row in rows if row.amount.currency == bank.currency and row.drawn_on <= given["on"]]
        return {"cheque_ids": tuple(ready), "bank_account_id": bank.id, "on": given["on"]}

    return act_by_drawer(
        request,
        counter.deposit,
        form=DepositForm(*posted, banks=banks, initial={"on": today(request)}),
        arguments=chosen,
        url=reverse("web:cheques") + f"?state={ChequeState.DEPOSITED}",
        told=lambda slip: (
            _("Slip of %(total)s is made: print it.")
            % {"total": formats.amount_with_currency(slip.total, formats=formats.reader())}
        ),
        context={
            "title": _("Bring cheques to the bank"),
            "icon": "landmark",
            "submit": _("Make the slip"),
            "lead": _("All cheques in our hands that are dated by then; the others wait."),
        },
    )


@require_http_methods(["GET", "POST"])
def clear(request: HttpRequest, slip_id: int) -> HttpResponse:
    """The bank has credited a slip."""
    slip = queries.get_slip(slip_id)
    require_in(request, "payment.view", slip.legal_entity_id)
    return act_by_drawer(
        request,
        counter.clear_slip,
        form=bound(DayForm, request, on=day_at(request, slip.legal_entity_id)),
        arguments=lambda given: {"slip_id": slip.id, "on": given["on"]},
        url=reverse("web:cheques"),
        told=_("Cleared."),
        context={
            "title": _("The bank has credited it"),
            "icon": "check",
            "submit": _("Cleared"),
            "lead": formats.amount_with_currency(slip.total, formats=formats.reader()),
        },
    )


@require_http_methods(["GET", "POST"])
def unpaid(request: HttpRequest, cheque_id: int) -> HttpResponse:
    """A cheque was not paid."""
    cheque = queries.get_cheque(cheque_id)
    require_in(request, "payment.view", cheque.legal_entity_id)
    return act_by_drawer(
        request,
        counter.return_cheque,
        form=bound(UnpaidForm, request, on=day_at(request, cheque.legal_entity_id)),
        arguments=lambda given: {
            "cheque_id": cheque.id,
            "on": given["on"],
            "is_fee_waived": given["is_fee_waived"],
        },
        url=reverse("web:cheques"),
        told=_("Its documents are open again."),
        context={
            "title": _("Cheque %(number)s was not paid") % {"number": cheque.number},
            "icon": "undo-2",
            "submit": _("Record it"),
            "follows": [
                ("rotate-ccw", _("What it settled is open again, due as before")),
                ("receipt-text", _("The fee that the company has set is billed with the next bill run")),
            ],
        },
    )


@require_http_methods(["GET", "POST"])
def open_desk(request: HttpRequest) -> HttpResponse:
    """Open a cash desk."""
    entities = visible_entities(request, "cash_session.open")
    currency = {entity.id: entity.base_currency for entity in entities}
    posted = (request.POST,) if request.method == "POST" else ()
    return act_by_drawer(
        request,
        counter.open_cash_desk,
        form=OpenForm(*posted, entities=entities, initial={"float_amount": "0"}),
        arguments=lambda given: {
            "legal_entity_id": given["entity"],
            "desk": given["desk"],
            "float_amount": Money.of(given["float_amount"], currency[given["entity"]]),
        },
        url=reverse("web:cash-desks"),
        told=_("Open."),
        context={"title": _("Open a cash desk"), "icon": "banknote", "submit": _("Open")},
    )


@require_http_methods(["GET", "POST"])
def take_cash(request: HttpRequest, session_id: int) -> HttpResponse:
    """Take cash at an open desk."""
    desk = queries.get_cash_session(session_id)
    require_in(request, "payment.view", desk.legal_entity_id)
    return act_by_drawer(
        request,
        counter.receive_cash,
        form=bound(CashForm, request),
        arguments=lambda given: {
            "cash_session_id": desk.id,
            "account_id": _account(request, given["account_number"]).id,
            "amount": Money.of(given["amount"], desk.float_amount.currency),
            "on": day_at(request, desk.legal_entity_id),
            "key": request.POST.get(KEY_FIELD) or secrets.token_urlsafe(12),
        },
        url=lambda row: reverse("web:payment", args=[row.payment_id]),
        told=_("Taken. Print the receipt."),
        context={"title": _("Take cash"), "icon": "banknote", "submit": _("Take it"), "lead": desk.desk},
    )


@require_http_methods(["GET", "POST"])
def close_desk(request: HttpRequest, session_id: int) -> HttpResponse:
    """Count and close a desk."""
    desk = queries.get_cash_session(session_id)
    require_in(request, "payment.view", desk.legal_entity_id)
    currency = desk.float_amount.currency
    posted = (request.POST,) if request.method == "POST" else ()
    return act_by_drawer(
        request,
        counter.close_cash_desk,
        form=CountForm(*posted, banks=list_bank_accounts(desk.legal_entity_id)),
        arguments=lambda given: {
            "cash_session_id": desk.id,
            "counted": Money.of(given["counted"], currency),
            "on": day_at(request, desk.legal_entity_id),
            "banked": Money.of(given["banked"], currency) if given["banked"] else None,
            "bank_account_id": given["bank_account"],
        },
        url=reverse("web:cash-desks"),
        told=_("Closed."),
        context={
            "title": _("Count and close %(desk)s") % {"desk": desk.desk},
            "icon": "calculator",
            "submit": _("Close"),
            "follows": [("book-open", _("What is over or short is posted as a difference"))],
        },
    )


@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether the acting company takes a method."""
    require(request, "payment_method.accept")
    entity = acting_entity(request)
    day = day_at(request, entity.id)
    now = next((row for row in queries.list_accepted(legal_entity_id=entity.id, on=day) if row.code == code), None)
    if now is None:
        raise queries.unknown_method(code)
    return act_by_drawer(
        request,
        counter.accept_method,
        form=bound(
            AcceptForm, request, is_accepted=now.is_accepted, valid_from=day, fee_product=now.fee_product,
            fee=str(now.fee.decimal) if now.fee else "",
        ),
        arguments=lambda given: {
            "legal_entity_id": entity.id,
            "code": code,
            "is_accepted": given["is_accepted"],
            "valid_from": given["valid_from"],
            "fee": Money.of(given["fee"], entity.base_currency) if given["fee"] else None,
            "fee_product": given["fee_product"],
        },
        url=reverse("web:payment-methods"),
        told=_("Kept."),
        context={"title": now.title, "icon": "wallet", "submit": _("Save")},
    )  # fmt: skip
