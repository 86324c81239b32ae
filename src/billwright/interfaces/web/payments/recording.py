"""Recording a receipt: what follows is shown while it is typed, and posted by one button."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billwright.accounts.queries import account_ids_by_number
from billwright.accounts.rows import AccountRow
from billwright.interfaces.web.accounts.scope import account_for, visible_entities
from billwright.interfaces.web.acting import KEY_FIELD, perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import acting_entity, day_at, require_in
from billwright.interfaces.web.forms import new_key
from billwright.interfaces.web.receivables.forms import PaymentForm
from billwright.interfaces.web.receivables.proposal import Follows, claims_of, follow
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.payments.queries import get_payment
from billwright.payments.states import ReturnKind
from billwright.receivables.queries import chaseable
from billwright.receivables.rows import OpenItemRow
from billwright.ui import formats, responses, toasts
from billwright.workflow.payment_intake import ReceiptIn, StatedPart, receive_payments, return_payment

SOURCE = "desk"


def payment_new(request: HttpRequest, account_id: int) -> HttpResponse:
    """Record money of an account: what it settles is seen before it is posted."""
    account = account_for(request, account_id, "payment.view")
    items = chaseable(as_of=day_at(request, account.legal_entity_id), account_ids=[account.id])
    return _record(request, account, items)


def payment_record(request: HttpRequest) -> HttpResponse:
    """Record money whose account is typed by its number, or not known yet."""
    visible_entities(request, "payment.view")
    return _record(request, None, [])


def _record(request: HttpRequest, account: AccountRow | None, items: list[OpenItemRow]) -> HttpResponse:
    form = _form(request, account, items)
    return act_by_drawer(
        request,
        receive_payments,
        form=form,
        arguments=lambda given: {
            "receipts": (_receipt(request, account, form),),
            "policy": given["rest"],
        },
        url=lambda rows: (
            reverse("web:account", args=[account.id]) if account else reverse("web:payment", args=[rows[0].payment_id])
        ),
        told=lambda rows: _told(rows[0]),
        undo_url=lambda rows: reverse("web:payment-undo", args=[rows[0].payment_id]),
        template="web/payments/new.html",
        context={"account": account, "follows": _follows(form, items, account), "items": claims_of(items)},
    )


def _form(request: HttpRequest, account: AccountRow | None, items: list[OpenItemRow]) -> PaymentForm:
    entity_id = account.legal_entity_id if account else acting_entity(request).id
    options: dict[str, Any] = {
        "has_account": account is not None,
        "items": claims_of(items),
        "currency": account.currency if account else "",
        "proposed": {},
    }
    if request.method == "POST":
        return PaymentForm(request.POST, **options)
    initial = {
        "value_date": day_at(request, entity_id),
        "currency_code": acting_entity(request).base_currency if account is None else "",
        "reference": request.GET.get("reference", ""),
    }
    return PaymentForm(initial=initial, **options)


def _receipt(request: HttpRequest, account: AccountRow | None, form: PaymentForm) -> ReceiptIn:
    given = form.cleaned_data
    entity_id = None
    if account is None:
        account = _typed_account(request, given["account_number"])
        entity_id = acting_entity(request).id if account is None else None
    currency = account.currency if account else given["currency_code"].upper()
    stated = form.stated() if account and form.items else {}
    return ReceiptIn(
        source=SOURCE,
        source_key=request.POST.get(KEY_FIELD) or new_key(),
        amount=Money.of(given["amount"], currency),
        value_date=given["value_date"],
        method=given["method"],
        account_id=account.id if account else None,
        legal_entity_id=entity_id,
        reference=given["reference"],
        payer_name=given["payer_name"],
        stated=tuple(StatedPart(open_item_id=item_id, amount=amount) for item_id, amount in stated.items()),
    )


def _typed_account(request: HttpRequest, number: str) -> AccountRow | None:
    if not number.strip():
        require_in(request, "payment.view", acting_entity(request).id)
        return None
    found = account_ids_by_number([number.strip()])
    if not found:
        raise NotFound(
            "account.not_found",
            _("There is no account %(number)s.") % {"number": number},
            field="account_number",
            cure=_("Leave it empty when nobody knows yet who paid."),
        )
    return account_for(request, found[number.strip()], "payment.view")


def _told(row: Any) -> str:
    amount = formats.amount_with_currency(row.amount, formats=formats.reader())
    if row.unallocated:
        left = formats.amount_with_currency(row.unallocated, formats=formats.reader())
        return _("Payment %(amount)s recorded; %(left)s waits.") % {"amount": amount, "left": left}
    return _("Payment %(amount)s recorded.") % {"amount": amount}


def _follows(form: PaymentForm, items: list[OpenItemRow], account: AccountRow | None) -> Follows | None:
    """What would follow of what is typed so far, or None while that cannot be said."""
    if account is None or not form.is_bound:
        return None
    form.is_valid()
    amount = form.cleaned_data.get("amount")
    if not amount:
        return None
    try:
        money, stated = Money.of(amount, account.currency), form.stated()
    except Refusal:
        return None
    return follow(money, items, stated=stated, policy=form.cleaned_data.get("rest"))


@require_POST
def payment_preview(request: HttpRequest, account_id: int) -> HttpResponse:
    """What would follow of what is typed, as a fragment; nothing is posted."""
    account = account_for(request, account_id, "payment.view")
    items = chaseable(as_of=day_at(request, account.legal_entity_id), account_ids=[account.id])
    form = _form(request, account, items)
    return render(request, "web/payments/follows.html", {"follows": _follows(form, items, account), "form": form})


@require_POST
def payment_undo(request: HttpRequest, payment_id: int) -> HttpResponse:
    """Take a receipt back that was recorded by mistake a moment ago."""
    payment = get_payment(payment_id)
    require_in(request, "payment.view", payment.legal_entity_id)
    perform(
        request,
        return_payment,
        reason=_("Undone right after recording"),
        payment_id=payment_id,
        value_date=payment.value_date,
        kind=ReturnKind.RECORDED_WRONGLY,
    )
    toasts.toast(request, _("Undone: the receipt is reversed."))
    url = reverse("web:payment", args=[payment_id])
    return responses.done(request, reverse("web:account", args=[payment.account_id]) if payment.account_id else url)
