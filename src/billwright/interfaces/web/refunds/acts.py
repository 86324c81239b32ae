"""What is done with refund orders: asking, agreeing, sending, confirming, and what came back."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from billwright.interfaces.web.accounts.scope import account_for, visible_entities
from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, require_in
from billwright.interfaces.web.forms import ReasonForm, bound
from billwright.interfaces.web.refunds.forms import (
    CameBackForm,
    ConfirmForm,
    DayForm,
    FileForm,
    OrderForm,
    ProofForm,
)
from billwright.interfaces.web.refunds.listing import order_for
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.org.queries import list_all_bank_accounts
from billwright.payments.queries.refunds import Destination, RefundOrderRow, list_refund_orders
from billwright.payments.states import RefundOrderState, RefundRoute
from billwright.receivables.queries import get_cash, get_items
from billwright.ui import formats, responses, toasts
from billwright.workflow import refunding
from billwright.workflow.refunding import Proof

ORDERS_IN_A_FILE_MAX = 500


def _page(row: RefundOrderRow) -> str:
    return reverse("web:refund", args=[row.id])


def _spoken(amount: Money) -> str:
    return formats.amount_with_currency(amount, formats=formats.reader())


@require_http_methods(["GET", "POST"])
def of_cash(request: HttpRequest, cash_id: int) -> HttpResponse:
    """Ask that unallocated money go back."""
    piece = get_cash(cash_id)
    require_in(request, "payment.view", piece.legal_entity_id)
    return _ask(request, piece.left, {"cash_id": cash_id})


@require_http_methods(["GET", "POST"])
def of_credit(request: HttpRequest, open_item_id: int) -> HttpResponse:
    """Ask that the money of an unapplied credit note go back."""
    item = get_items([open_item_id]).get(open_item_id)
    if item is None:
        raise NotFound("open_item.not_found", _("There is no such open item."))
    account_for(request, item.account_id, "payment.view")
    return _ask(request, -item.open, {"credit_item_id": open_item_id})


def _ask(request: HttpRequest, left: Money, source: dict[str, int]) -> HttpResponse:
    return act_by_drawer(
        request,
        refunding.request_refund,
        form=bound(OrderForm, request, amount=str(left.decimal)),
        arguments=lambda given: {
            "amount": Money.of(given["amount"], left.currency),
            "route": given["route"],
            "destination": _destination(given),
            "is_repeat_meant": given["is_repeat_meant"],
            **source,
        },
        url=_page,
        told=_("Asked for. Another person has to agree."),
        context={
            "title": _("Ask for a refund"),
            "icon": "corner-up-left",
            "submit": _("Ask"),
            "lead": _("At most %(amount)s is left to send back.") % {"amount": _spoken(left)},
            "follows": [
                ("lock", _("The amount is spoken for: no second order can ask for it")),
                ("stamp", _("Another person agrees, within their authority")),
                ("book-open", _("The books change when it is sent")),
            ],
        },
    )


def _destination(given: dict[str, Any]) -> Destination | None:
    if given["route"] != RefundRoute.TO_ACCOUNT:
        return None
    return Destination(holder=given["holder"], account_number=given["account_number"], bank_code=given["bank_code"])


@require_POST
def approve(request: HttpRequest, refund_order_id: int) -> HttpResponse:
    """Agree that it is sent."""
    row = order_for(request, refund_order_id)
    perform(request, refunding.approve_refund, refund_order_id=row.id)
    toasts.toast(request, _("Approved: it can be sent."))
    return responses.done(request, _page(row))


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, refund_order_id: int) -> HttpResponse:
    """Take it back, or say no."""
    row = order_for(request, refund_order_id)
    return act_by_drawer(
        request,
        refunding.cancel_refund,
        form=bound(ReasonForm, request),
        arguments=lambda _given: {"refund_order_id": row.id},
        url=_page,
        told=_("Taken back: the money is free again."),
        context={"title": _("Do not send it"), "icon": "minus", "submit": _("Take back")},
    )


def _proof(file: UploadedFile[bytes] | None) -> Proof | None:
    if file is None:
        return None
    name = PurePath(file.name or "proof").name
    return Proof(name=name, media_type=file.content_type or "application/octet-stream", content=file.read())


@require_http_methods(["GET", "POST"])
def send_by_hand(request: HttpRequest, refund_order_id: int) -> HttpResponse:
    """It was paid out at the bank; the proof is kept."""
    row = order_for(request, refund_order_id)
    return act_by_drawer(
        request,
        refunding.send_refund_by_hand,
        form=bound(ProofForm, request, value_date=day_at(request, row.legal_entity_id)),
        arguments=lambda given: {
            "refund_order_id": row.id,
            "value_date": given["value_date"],
            "reference": given["reference"],
            "proof": _proof(given["proof"]),
        },
        url=_page,
        told=_("Booked as sent, with its proof."),
        context={
            "title": _("Paid out at the bank"),
            "icon": "landmark",
            "submit": _("Book it"),
            "lead": _spoken(row.amount),
            "follows": [("book-open", _("What we owed to the customer is booked as paid back"))],
        },
    )


@require_http_methods(["GET", "POST"])
def send_to_source(request: HttpRequest, refund_order_id: int) -> HttpResponse:
    """Let the gateway send it back."""
    row = order_for(request, refund_order_id)
    return act_by_drawer(
        request,
        refunding.send_refund_to_source,
        form=bound(DayForm, request, value_date=day_at(request, row.legal_entity_id)),
        arguments=lambda given: {"refund_order_id": row.id, "value_date": given["value_date"]},
        url=_page,
        told=_("Sent to the gateway: its answer shows here."),
        context={"title": _("Send it back by the gateway"), "icon": "send", "submit": _("Send")},
    )


@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, refund_order_id: int) -> HttpResponse:
    """It has arrived."""
    row = order_for(request, refund_order_id)
    return act_by_drawer(
        request,
        refunding.confirm_refund,
        form=bound(ConfirmForm, request),
        arguments=lambda given: {
            "refund_order_id": row.id,
            "reference": given["reference"],
            "proof": _proof(given["proof"]),
        },
        url=_page,
        told=_("Done."),
        context={"title": _("It has arrived"), "icon": "check", "submit": _("Confirm")},
    )


@require_http_methods(["GET", "POST"])
def fail(request: HttpRequest, refund_order_id: int) -> HttpResponse:
    """It came back."""
    row = order_for(request, refund_order_id)
    return act_by_drawer(
        request,
        refunding.fail_refund,
        form=bound(CameBackForm, request, value_date=day_at(request, row.legal_entity_id)),
        arguments=lambda given: {"refund_order_id": row.id, "value_date": given["value_date"]},
        url=_page,
        told=_("It came back, and waits on the account."),
        context={
            "title": _("It came back"),
            "icon": "undo-2",
            "submit": _("Record it"),
            "follows": [("piggy-bank", _("The money waits on the account as unallocated, for another way back"))],
        },
    )


@require_http_methods(["GET", "POST"])
def send_by_file(request: HttpRequest) -> HttpResponse:
    """One file for the bank of all that is agreed, of the company whose account is chosen."""
    entities = visible_entities(request, "refund_order.send_by_file")
    accounts = list_all_bank_accounts(legal_entity_ids=[entity.id for entity in entities])
    posted = (request.POST,) if request.method == "POST" else ()
    form = FileForm(*posted, accounts=accounts, initial={"execute_on": day_at(request, entities[0].id)})
    return act_by_drawer(
        request,
        refunding.send_refunds_by_file,
        form=form,
        arguments=lambda given: {
            "bank_account_id": given["account"],
            "execute_on": given["execute_on"],
            "refund_order_ids": _agreed(next(one for one in accounts if one.id == given["account"]).legal_entity_id),
        },
        url=reverse("web:refunds") + "?view=sent",
        told=lambda rows: (
            ngettext("%(count)d refund is in the file.", "%(count)d refunds are in the file.", len(rows))
            % {"count": len(rows)}
        ),
        context={
            "title": _("File for the bank"),
            "icon": "file-output",
            "submit": _("Write it"),
            "lead": _("Everything that is approved and goes to a bank account."),
        },
    )


def _agreed(legal_entity_id: int) -> tuple[int, ...]:
    rows = list_refund_orders(
        legal_entity_ids=[legal_entity_id], states=[RefundOrderState.APPROVED], limit=ORDERS_IN_A_FILE_MAX
    )
    return tuple(row.id for row in rows if row.route != RefundRoute.TO_GATEWAY)
