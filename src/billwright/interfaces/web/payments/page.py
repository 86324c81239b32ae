"""The page of one receipt: what it settled, what waits, where it stands in the books; taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.access.queries import display_names
from billwright.accounts.queries import get_accounts
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.drawers import act_by_drawer
from billwright.interfaces.web.entities import day_at, may_in, require_in
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.receivables.forms import METHODS, ReturnForm
from billwright.kernel.money import Money
from billwright.ledger.queries import get_entry
from billwright.org.queries import get_legal_entity
from billwright.payments.queries import get_payment
from billwright.payments.rows import PaymentRow
from billwright.payments.states import PAYMENT, PaymentState
from billwright.receivables.queries import get_items, list_allocations, list_cash, list_uses
from billwright.receivables.states import AllocationPolicy
from billwright.ui import formats
from billwright.workflow.payment_intake import return_payment

ALLOCATIONS_SHOWN_MAX: Final = 500
POLICIES: Final = {
    AllocationPolicy.OLDEST_FIRST: gettext_lazy("Oldest first"),
    AllocationPolicy.STATED_BY_CUSTOMER: gettext_lazy("As the payer said"),
    AllocationPolicy.COSTS_INTEREST_PRINCIPAL: gettext_lazy("Costs, interest, then the rest"),
    AllocationPolicy.BY_HAND: gettext_lazy("By hand"),
    AllocationPolicy.BILL_RUN: gettext_lazy("By a bill run"),
    AllocationPolicy.IMPORTED: gettext_lazy("Imported"),
    AllocationPolicy.MATCHED: gettext_lazy("Found by matching"),
    AllocationPolicy.WRITTEN_OFF: gettext_lazy("Given up"),
}
USES: Final = {
    "REFUND": (gettext_lazy("Refunded"), "corner-up-left"),
    "TRANSFER": (gettext_lazy("Moved"), "arrow-right-left"),
    "RETURN": (gettext_lazy("Taken back"), "undo-2"),
    "KEPT": (gettext_lazy("Kept as a difference"), "check"),
    "WALLET": (gettext_lazy("Bought as prepaid credit"), "wallet"),
    "CONVERT": (gettext_lazy("Changed into another currency"), "repeat"),
}
ACTS: Final = {
    "allocate": "open_item.allocate",
    "unallocate": "open_item.unallocate",
    "move": "unallocated_cash.move",
    "ask_refund": "refund_order.request",
    "convert": "unallocated_cash.convert",
    "refund": "payment.refund",
    "return": "payment.return",
    "ledger": "ledger.view",
}


def payment_for(request: HttpRequest, payment_id: int) -> PaymentRow:
    """A receipt whose books the person may see. Raises NotFound, NotAllowed."""
    payment = get_payment(payment_id)
    require_in(request, "payment.view", payment.legal_entity_id)
    return payment


@require_GET
def payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """One receipt with what became of it."""
    row = payment_for(request, payment_id)
    allowed = {name: may_in(request, right, row.legal_entity_id) for name, right in ACTS.items()}
    may_return = allowed["return"] and PAYMENT.allows("return", row.state)
    names = display_names([row.recorded_by])
    context = {
        "payment": row,
        "entity": get_legal_entity(legal_entity_id=row.legal_entity_id),
        "method": METHODS.get(row.method, row.method),
        "is_returned": row.state == PaymentState.RETURNED,
        "entry": get_entry(row.entry_id) if allowed["ledger"] else None,
        "recorded_by": names.get(row.recorded_by, row.recorded_by),
        "waiting_days": (day_at(request, row.legal_entity_id) - row.value_date).days,
        "may": allowed | {"return": may_return},
        "may_send": may_in(request, "payment.send_receipt", row.legal_entity_id),
        "may_print": row.account_id is not None and row.state == PaymentState.RECEIVED,
        **_where_it_went(row),
    }
    return render(request, "web/payments/payment.html", context)


def _where_it_went(row: PaymentRow) -> dict[str, Any]:
    """What of a receipt waits, what settled items, what was refunded or moved, each with its account."""
    payment_id, currency = row.payment_id, row.amount.currency
    pieces = list_cash(payment_id=payment_id, left_only=False, limit=ALLOCATIONS_SHOWN_MAX)
    allocations = list_allocations(payment_id=payment_id, limit=ALLOCATIONS_SHOWN_MAX)
    uses = list_uses(payment_id=payment_id)
    undone = {other.reverses_id for other in allocations}
    items = get_items({line.open_item_id for line in allocations})
    accounts = get_accounts(
        {piece.account_id for piece in pieces if piece.account_id}
        | {line.account_id for line in allocations}
        | ({row.account_id} if row.account_id else set())
    )
    return {
        "account": accounts.get(row.account_id or 0),
        "left": _sum((piece.left for piece in pieces), currency),
        "changed": {use.to_cash_id for use in uses if use.rate is not None},
        "allocated": _sum((line.amount for line in allocations), currency),
        "moved": _sum((use.amount for use in uses if use.kind == "REFUND"), currency),
        "pieces": [(piece, accounts.get(piece.account_id or 0)) for piece in pieces if piece.left],
        "allocations": [
            (
                line,
                items.get(line.open_item_id),
                accounts.get(line.account_id),
                POLICIES.get(AllocationPolicy(line.policy), line.policy),
                line.reverses_id is None and line.allocation_id not in undone,
            )
            for line in allocations
        ],
        "uses": [(use, *USES[use.kind], accounts.get(use.to_account_id or 0)) for use in uses],
    }


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    """What is of one currency: what was changed into another stands apart."""
    return sum((amount for amount in amounts if amount.currency == currency), start=Money.zero(currency))


def payment_return(request: HttpRequest, payment_id: int) -> HttpResponse:
    """The bank took it back, or it never came: what it settled is open again."""
    row = payment_for(request, payment_id)
    standing = list_allocations(payment_id=payment_id, standing_only=True, limit=ALLOCATIONS_SHOWN_MAX)
    items = get_items({line.open_item_id for line in standing})
    follows: list[tuple[str, str]] = [
        (
            "rotate-ccw",
            _("%(document)s is open again by %(amount)s, due %(due)s as before")
            % {
                "document": items[line.open_item_id].shown_name,
                "amount": formats.amount_with_currency(line.amount, formats=formats.reader()),
                "due": formats.day(items[line.open_item_id].due_date, formats=formats.reader()),
            },
        )
        for line in standing
    ]
    amount = formats.amount_with_currency(row.amount, formats=formats.reader())
    follows.append(("book-open", _("The entry of %(amount)s is reversed") % {"amount": amount}))
    return act_by_drawer(
        request,
        return_payment,
        form=bound(ReturnForm, request, value_date=day_at(request, row.legal_entity_id)),
        arguments=lambda given: _return_arguments(given, payment_id),
        url=reverse("web:payment", args=[payment_id]),
        told=_("Taken back. What it had settled is open again."),
        context={
            "title": _("Take back payment %(number)s") % {"number": row.number or payment_id},
            "icon": "undo-2",
            "submit": _("Take back %(amount)s") % {"amount": amount},
            "follows": follows,
        },
    )


def _return_arguments(given: dict[str, Any], payment_id: int) -> dict[str, Any]:
    kept = ("value_date", "kind", "reason_code")
    return {"payment_id": payment_id, **{name: given[name] for name in kept}}


def payment_url(payment_id: int) -> str:
    """The address of a receipt's page."""
    return address_of("web:payment", payment_id)
