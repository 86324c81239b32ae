"""The list of refund orders, and one of them with its case."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.access.queries import display_names
from billwright.accounts.queries import get_account
from billwright.interfaces.web.accounts.scope import chosen_entities
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.entities import may_in, require_in
from billwright.interfaces.web.paging import AccountNames, by_ids
from billwright.interfaces.web.refunds.words import ORDER_STATES, ROUTES
from billwright.interfaces.web.tags import state_column
from billwright.payments.ports.refunds import credit_transfer_files
from billwright.payments.queries import get_payment, list_refunds
from billwright.payments.queries.refunds import (
    RefundOrderRow,
    destination_of,
    get_refund_order,
    list_refund_orders,
)
from billwright.payments.states import REFUND_ORDER, FraudFlagState, RefundOrderState, RefundRoute
from billwright.payments.watch import list_flags
from billwright.ui import tables
from billwright.ui.tables import Column, SavedView, Table

VIEWS: dict[str, tuple[str, ...]] = {
    "": (),
    "approve": (RefundOrderState.REQUESTED,),
    "send": (RefundOrderState.APPROVED,),
    "sent": (RefundOrderState.SENT,),
    "failed": (RefundOrderState.FAILED,),
}


@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """Refund orders, the newest first, or all of them as a spreadsheet."""
    entities = chosen_entities(request, "payment.view", request.GET.get("entity", ""))
    view = request.GET.get("view", "") if request.GET.get("view", "") in VIEWS else ""
    names = AccountNames()
    page = by_ids(
        request,
        lambda before_id, limit: list_refund_orders(
            legal_entity_ids=[entity.id for entity in entities], states=VIEWS[view], before_id=before_id, limit=limit
        ),
        names=names,
    )
    table = Table(request, columns=_columns(names), rows=page.rows, page=page, label=_("Refunds"))
    if tables.wants_export(request):
        return tables.export(table, title=_("Refunds"))
    context = {
        "table": table,
        "views": _views(view),
        "may_file": may(request, "refund_order.send_by_file") and credit_transfer_files() is not None,
    }
    return render(request, "web/refunds/list.html", context)


def _views(chosen: str) -> list[SavedView]:
    named = (
        ("", _("All")), ("approve", _("To be approved")), ("send", _("To be sent")), ("sent", _("Sent")),
        ("failed", _("Came back")),
    )  # fmt: skip
    return [SavedView(label, f"?view={key}" if key else "?", current=chosen == key) for key, label in named]


def _columns(names: dict[int, str]) -> list[Column]:
    return [
        Column(
            "number",
            gettext_lazy("Order"),
            value=lambda row: row.end_to_end,
            url=lambda row: reverse("web:refund", args=[row.id]),
        ),
        Column("account", gettext_lazy("Account"), value=lambda row: names.get(row.account_id, ""), wrap=True),
        Column("amount", gettext_lazy("Amount"), kind="money", value=lambda row: row.amount),
        state_column(ORDER_STATES),
        Column("route", gettext_lazy("Where to"), value=lambda row: str(ROUTES[row.route]), wrap=True, optional=True),
        Column("destination", gettext_lazy("Bank account"), value=lambda row: row.destination, optional=True),
        Column("reason", gettext_lazy("Why"), value=lambda row: row.reason, wrap=True, optional=True),
        Column("requested_at", gettext_lazy("Asked for"), kind="datetime", value=lambda row: row.requested_at),
    ]


def order_for(request: HttpRequest, refund_order_id: int) -> RefundOrderRow:
    """An order whose books the person may see. Raises NotFound, NotAllowed."""
    order = get_refund_order(refund_order_id)
    require_in(request, "payment.view", order.legal_entity_id)
    return order


@require_GET
def order(request: HttpRequest, refund_order_id: int) -> HttpResponse:
    """One order with the case that whoever approves looks at."""
    row = order_for(request, refund_order_id)
    words, tone, icon_name = ORDER_STATES[row.state]
    names = display_names({row.requested_by, row.approved_by, row.sent_by} - {""})
    sees_bank = may_in(request, "account.view_bank", row.legal_entity_id)
    context = {
        "order": row,
        "account": get_account(row.account_id),
        "payment": get_payment(row.payment_id) if row.payment_id else None,
        "words": words,
        "tone": tone,
        "icon": icon_name,
        "route": ROUTES[row.route],
        "destination": destination_of(row.id) if sees_bank and row.destination else None,
        "steps": [
            (label, names.get(who, who), when)
            for label, who, when in (
                (_("Asked for"), row.requested_by, row.requested_at),
                (_("Approved"), row.approved_by, row.approved_at),
                (_("Sent"), row.sent_by, row.sent_at),
            )
            if who
        ],
        "earlier": [one for one in list_refunds(account_id=row.account_id, limit=10) if one.refund_id != row.refund_id],
        "flags": [one for one in list_flags(subject=f"refund_order:{row.id}") if one.state != FraudFlagState.CLEARED],
        "may_clear": may_in(request, "fraud_flag.clear", row.legal_entity_id),
        "may": _offered(request, row),
    }
    return render(request, "web/refunds/order.html", context)


def _offered(request: HttpRequest, row: RefundOrderRow) -> dict[str, Any]:
    """The acts that this state allows and this person may do."""

    def offers(verb: str, right: str) -> bool:
        return REFUND_ORDER.allows(verb, row.state) and may_in(request, f"refund_order.{right}", row.legal_entity_id)

    by_gateway = row.route == RefundRoute.TO_GATEWAY
    return {
        # Offered to everybody who may see: who may not is told who may, and can ask.
        "approve": REFUND_ORDER.allows("approve", row.state),
        "cancel": offers("cancel", "cancel"),
        "by_hand": offers("send", "send_by_hand") and not by_gateway,
        "by_file": offers("send", "send_by_file") and not by_gateway and credit_transfer_files() is not None,
        "to_source": offers("send", "send_to_source") and by_gateway,
        "confirm": offers("confirm", "confirm"),
        "fail": offers("fail", "fail"),
    }
