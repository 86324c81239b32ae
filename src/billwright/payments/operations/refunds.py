"""Writes of orders to send money back: parts of the acts of `workflow.refunding`; none of them is a verb."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from billwright.access.masking import mask_bank_account
from billwright.accounts.queries import get_account
from billwright.kernel import vault
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.payments.models import RefundOrder
from billwright.payments.queries.refunds import Destination, RefundOrderRow, order_row, unknown_order
from billwright.payments.states import REFUND_ORDER, RefundRoute

DIGITS_MIN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIn:
    """An order to be written: its source is checked and locked by the caller."""

    legal_entity_id: int
    account_id: int
    payment_id: int | None
    cash_id: int | None
    credit_item_id: int | None
    amount: Money
    route: RefundRoute
    destination: Destination | None


def add_order(*, act: Act, order: OrderIn) -> RefundOrderRow:
    """Write an order; where it goes is sealed under the customer's key."""
    [id_] = take_ids(table="payments_refund_order", count=1)
    owner = f"customer:{get_account(order.account_id).customer_id}"
    target = order.destination
    return order_row(
        RefundOrder.objects.create(
            id=id_,
            legal_entity_id=order.legal_entity_id,
            account_id=order.account_id,
            payment_id=order.payment_id,
            cash_id=order.cash_id,
            credit_item_id=order.credit_item_id,
            currency=order.amount.currency,
            amount_minor=order.amount.amount_minor,
            route=order.route,
            sealed_for=owner if target else "",
            sealed=vault.seal(owner, asdict(target)) if target else b"",
            destination_hash=vault.keyed_hash(target.plain_number) if target else "",
            destination_label=mask_bank_account(target.plain_number) if target else "",
            reason=act.reason[:200],
            end_to_end=f"REFUND-{id_}",
            requested_by=act.actor,
            requested_at=act.at,
        )
    )


def refuse_bad_destination(destination: Destination) -> None:
    """Refuse a bank account that cannot be one: no holder, too few digits, or an IBAN whose check digits are wrong.

    IBAN: ISO 13616-1, check digits by ISO 7064 mod 97-10.
    """
    if not destination.holder.strip():
        raise Refusal(
            "refund_order.without_holder", _("Whose bank account is it?"), field="holder",
            cure=_("Give the name of its holder as the bank knows it."),
        )  # fmt: skip
    number = destination.plain_number
    if number[:2].isalpha():
        try:
            IBAN(number)
        except SchwiftyException as error:
            raise Refusal(
                "refund_order.bad_iban", _("This IBAN cannot be: %(error)s.") % {"error": error},
                field="account_number", cure=_("Read it again from what the customer sent."),
            ) from error  # fmt: skip
    elif sum(mark.isdigit() for mark in number) < DIGITS_MIN:
        raise Refusal(
            "refund_order.bad_account", _("This is not the number of a bank account."), field="account_number",
            cure=_("Give the IBAN, or the account number with its branch code."),
        )  # fmt: skip


def locked_order(refund_order_id: int) -> RefundOrder:
    """An order that nobody else changes until the act is done. Raises NotFound."""
    locked = lock_rows(RefundOrder, [refund_order_id])
    if not locked:
        raise unknown_order()
    return locked[0]


def approve_order(*, act: Act, order: RefundOrder) -> RefundOrderRow:
    """Somebody with the authority agrees. Raises IllegalTransition."""
    order.state = REFUND_ORDER.enter("approve", order.state)
    order.approved_by, order.approved_at = act.actor, act.at
    order.save(update_fields=["state", "approved_by", "approved_at"])
    return order_row(order)


def cancel_order(*, act: Act, order: RefundOrder) -> RefundOrderRow:
    """It is not sent. Raises IllegalTransition."""
    order.state = REFUND_ORDER.enter("cancel", order.state)
    order.note = act.reason[:200]
    order.save(update_fields=["state", "note"])
    return order_row(order)


def send_order(
    *, act: Act, order: RefundOrder, refund_id: int, reference: str = "", sent_file_id: int | None = None
) -> RefundOrderRow:
    """It has left: the refund stands in the books. Raises IllegalTransition."""
    order.state = REFUND_ORDER.enter("send", order.state)
    order.refund_id, order.reference, order.sent_file_id = refund_id, reference[:140], sent_file_id
    order.sent_by, order.sent_at = act.actor, act.at
    order.save(update_fields=["state", "refund", "reference", "sent_file", "sent_by", "sent_at"])
    return order_row(order)


def confirm_order(*, order: RefundOrder, reference: str = "", proof_file_id: int | None = None) -> RefundOrderRow:
    """It has arrived. Raises IllegalTransition."""
    order.state = REFUND_ORDER.enter("confirm", order.state)
    order.reference = reference[:140] or order.reference
    order.proof_file_id = proof_file_id
    order.save(update_fields=["state", "reference", "proof_file"])
    return order_row(order)


def fail_order(*, act: Act, order: RefundOrder, came_back_id: int) -> RefundOrderRow:
    """It came back as a receipt. Raises IllegalTransition."""
    order.state = REFUND_ORDER.enter("fail", order.state)
    order.note, order.came_back_id = act.reason[:200], came_back_id
    order.save(update_fields=["state", "note", "came_back"])
    return order_row(order)
