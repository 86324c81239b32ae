"""Asking for a refund and agreeing to it: what is left of the money, where it may go, and who may say yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel import outbox
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.payments import watch
from billwright.payments.operations import refunds as orders
from billwright.payments.operations.refunds import OrderIn
from billwright.payments.ports.refunds import refunds_to_source
from billwright.payments.queries.refunds import (
    Destination,
    RefundOrderRow,
    find_alike,
    order_amount,
    origin_of,
    spoken_for,
)
from billwright.payments.states import RefundRoute
from billwright.receivables import operations as receivables
from billwright.receivables.operations import Refundable

# How long a refund of the same amount for the same receipt is looked on as the same one asked for again.
ALIKE_WITHIN: Final = timedelta(days=30)


def subject_of(arguments: Arguments, _answer: object) -> str:
    """The order that an act is about, told from its arguments alone."""
    return f"refund_order:{arguments['refund_order_id']}"


@verb(
    "refund_order.request",
    subject=lambda _, answer: f"refund_order:{answer.id}",
    amount=lambda arguments: arguments["amount"],
)
def request_refund(
    *,
    act: Act,
    amount: Money,
    route: RefundRoute,
    cash_id: int | None = None,
    credit_item_id: int | None = None,
    destination: Destination | None = None,
    is_repeat_meant: bool = False,
) -> RefundOrderRow:
    """Ask that money go back out of a piece of cash or a credit note; until it is sent the amount is spoken for.

    TO_SOURCE goes to the bank account that the receipt came from, TO_ACCOUNT to `destination`. Raises Refusal above
    what is left and not spoken for, Conflict `refund_order.looks_repeated` for the same amount of the same receipt
    within 30 days unless `is_repeat_meant`, and what refuses a destination. The act needs a reason.
    """
    act.require_reason(
        "refund_order.without_reason", _("A refund needs a reason."), cure=_("Say why the money goes back.")
    )
    source = receivables.lock_refundable(cash_id=cash_id, credit_item_id=credit_item_id, amount=amount)
    _refuse_spoken_for(source, amount, cash_id, credit_item_id)
    if not is_repeat_meant:
        _refuse_alike(act, source, credit_item_id, amount)
    target = _destination(source, route, destination)
    row = orders.add_order(
        act=act,
        order=OrderIn(
            legal_entity_id=source.legal_entity_id,
            account_id=source.account_id,
            payment_id=source.payment_id,
            cash_id=cash_id,
            credit_item_id=credit_item_id,
            amount=amount,
            route=route,
            destination=target,
        ),
    )
    _tell(act, row)
    return row


def _tell(act: Act, row: RefundOrderRow) -> None:
    """Tell of a new order, look whether something about it is odd, and note both."""
    outbox.emit(
        topic="refund_order.requested", subject=f"refund_order:{row.id}", at=act.at,
        payload={"account_id": row.account_id, "amount": str(row.amount)},
    )  # fmt: skip
    flags = watch.watch_refund(act=act, order=row)
    note_change(
        after={
            "amount": str(row.amount), "route": row.route, "state": row.state, "to": row.destination,
            "flags": [flag.kind for flag in flags],
        }
    )  # fmt: skip


def _refuse_spoken_for(source: Refundable, amount: Money, cash_id: int | None, credit_item_id: int | None) -> None:
    taken = Money(spoken_for(cash_id=cash_id, credit_item_id=credit_item_id), amount.currency)
    free = source.left - taken
    if amount > free:
        raise Refusal(
            "refund_order.exceeds_left",
            _("Only %(free)s is free: %(taken)s is to be sent back by orders that wait.")
            % {"free": free, "taken": taken},
            field="amount",
            cure=_("Ask for at most that, or take back an order that waits."),
        )


def _refuse_alike(act: Act, source: Refundable, credit_item_id: int | None, amount: Money) -> None:
    alike = find_alike(
        payment_id=source.payment_id, credit_item_id=credit_item_id, amount=amount, since=act.at - ALIKE_WITHIN
    )
    if alike is not None:
        raise Conflict(
            "refund_order.looks_repeated",
            _("A refund of %(amount)s for the same money was asked for on %(day)s (order %(id)d).")
            % {"amount": amount, "day": alike.requested_at.date(), "id": alike.id},
            field="is_repeat_meant",
            cure=_("Look at that order. If this is another refund, say so and ask again."),
        )


def _destination(source: Refundable, route: RefundRoute, given: Destination | None) -> Destination | None:
    if route == RefundRoute.TO_GATEWAY:
        gateways = refunds_to_source()
        if source.payment_id is None or gateways is None or not gateways.took(source.payment_id):
            raise Refusal(
                "refund_order.not_by_gateway", _("This money did not come by a gateway."), field="route",
                cure=_("Send it to the bank account it came from, or to one that the customer names."),
            )  # fmt: skip
        return None
    if route == RefundRoute.TO_SOURCE:
        origin = origin_of(source.payment_id) if source.payment_id is not None else None
        if origin is None:
            raise Refusal(
                "refund_order.origin_unknown", _("The bank did not say which account this money came from."),
                field="route", cure=_("Ask the customer for a bank account and send it there."),
            )  # fmt: skip
        return origin
    if given is None:
        raise Refusal(
            "refund_order.without_destination", _("Which bank account shall it go to?"), field="account_number",
            cure=_("Give the holder and the number of the account."),
        )  # fmt: skip
    orders.refuse_bad_destination(given)
    return given


def _amount(arguments: Arguments) -> Money:
    return order_amount(arguments["refund_order_id"])


@verb("refund_order.approve", subject=subject_of, amount=_amount)
def approve_refund(*, act: Act, refund_order_id: int) -> RefundOrderRow:
    """Agree that an order is sent; whoever asked for it may not, and authority limits look at its amount.

    Raises NotFound, IllegalTransition, Conflict `fraud.held` while a flag holds it.
    """
    watch.refuse_held(f"refund_order:{refund_order_id}")
    row = orders.approve_order(act=act, order=orders.locked_order(refund_order_id))
    note_change(after={"state": row.state})
    return row


@verb("refund_order.cancel", subject=subject_of)
def cancel_refund(*, act: Act, refund_order_id: int) -> RefundOrderRow:
    """Take an order back, or say no to it, while nothing has left. Raises NotFound, IllegalTransition."""
    act.require_reason("refund_order.without_reason", _("Say why it is not sent."))
    row = orders.cancel_order(act=act, order=orders.locked_order(refund_order_id))
    note_change(after={"state": row.state})
    return row
