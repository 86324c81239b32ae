"""Reads of orders to send money back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from billwright.kernel import vault
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.payments.models import BankEntry, RefundOrder
from billwright.payments.states import RefundOrderState

PAGE_MAX = 500
WAITING = (RefundOrderState.REQUESTED, RefundOrderState.APPROVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A bank account that money goes to."""

    holder: str
    account_number: str
    bank_code: str = ""

    @property
    def plain_number(self) -> str:
        """The number without what people put between its digits."""
        return "".join(self.account_number.split()).replace("-", "").upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrderRow:
    """An order to send money back. `destination` is masked; `came_back_id` is the receipt of a failed one."""

    id: int
    legal_entity_id: int
    account_id: int
    payment_id: int | None
    cash_id: int | None
    credit_item_id: int | None
    amount: Money
    route: str
    destination: str
    reason: str
    end_to_end: str
    state: str
    note: str
    reference: str
    refund_id: int | None
    came_back_id: int | None
    sent_file_id: int | None
    proof_file_id: int | None
    requested_by: str
    requested_at: datetime
    approved_by: str
    approved_at: datetime | None
    sent_by: str
    sent_at: datetime | None


def order_row(order: RefundOrder) -> RefundOrderRow:
    return RefundOrderRow(
        id=order.pk,
        legal_entity_id=order.legal_entity_id,
        account_id=order.account_id,
        payment_id=order.payment_id,
        cash_id=order.cash_id,
        credit_item_id=order.credit_item_id,
        amount=Money(order.amount_minor, order.currency),
        route=order.route,
        destination=order.destination_label,
        reason=order.reason,
        end_to_end=order.end_to_end,
        state=order.state,
        note=order.note,
        reference=order.reference,
        refund_id=order.refund_id,
        came_back_id=order.came_back_id,
        sent_file_id=order.sent_file_id,
        proof_file_id=order.proof_file_id,
        requested_by=order.requested_by,
        requested_at=order.requested_at,
        approved_by=order.approved_by,
        approved_at=order.approved_at,
        sent_by=order.sent_by,
        sent_at=order.sent_at,
    )


def get_refund_order(refund_order_id: int) -> RefundOrderRow:
    """One order. Raises NotFound `refund_order.not_found`."""
    order = RefundOrder.objects.filter(pk=refund_order_id).first()
    if order is None:
        raise unknown_order()
    return order_row(order)


def unknown_order() -> NotFound:
    """There is no such order."""
    return NotFound("refund_order.not_found", _("There is no such refund order."), field="refund_order_id")


def order_amount(refund_order_id: int) -> Money:
    """What an order is about: the amount that authority limits are asked about. Raises NotFound."""
    return get_refund_order(refund_order_id).amount


def list_refund_orders(
    *,
    legal_entity_ids: Collection[int] | None = None,
    account_id: int | None = None,
    states: Collection[str] = (),
    before_id: int | None = None,
    limit: int = 50,
) -> list[RefundOrderRow]:
    """Orders, the newest first; page on with `before_id`."""
    found = RefundOrder.objects.order_by("-id")
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=list(legal_entity_ids))
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if states:
        found = found.filter(state__in=list(states))
    if before_id is not None:
        found = found.filter(pk__lt=before_id)
    return [order_row(order) for order in found[: min(limit, PAGE_MAX)]]


def count_orders_by_state() -> dict[str, int]:
    """How many orders stand in each state in which somebody has to do something."""
    waiting = RefundOrder.objects.filter(state__in=WAITING).order_by()
    return dict(waiting.values_list("state").annotate(count=Count("id")))


def spoken_for(*, cash_id: int | None, credit_item_id: int | None) -> int:
    """What orders that have not left yet take of one source, in minor units."""
    waiting = RefundOrder.objects.filter(state__in=WAITING, cash_id=cash_id, credit_item_id=credit_item_id)
    return waiting.aggregate(total=Sum("amount_minor"))["total"] or 0


def find_alike(
    *, payment_id: int | None, credit_item_id: int | None, amount: Money, since: datetime
) -> RefundOrderRow | None:
    """The newest order of the same amount for the same receipt or credit note, asked for since an instant."""
    same_money = Q(payment_id=payment_id) if payment_id is not None else Q(credit_item_id=credit_item_id)
    alike = RefundOrder.objects.filter(
        same_money,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        requested_at__gte=since,
    ).exclude(state__in=[RefundOrderState.CANCELED, RefundOrderState.FAILED])
    order = alike.order_by("-id").first()
    return order_row(order) if order else None


def origin_of(payment_id: int) -> Destination | None:
    """The bank account that a receipt came from, as the bank told it."""
    entry = BankEntry.objects.filter(~Q(counterparty_account=""), payment_id=payment_id).first()
    return Destination(holder=entry.counterparty, account_number=entry.counterparty_account) if entry else None


def destination_of(refund_order_id: int) -> Destination:
    """Where an order's money goes, unmasked: for files and for those who may see bank accounts.

    Raises NotFound; Refusal `vault.erased` when the customer's key was destroyed.
    """
    found = RefundOrder.objects.filter(pk=refund_order_id).values_list("sealed_for", "sealed").first()
    if found is None:
        raise unknown_order()
    owner, sealed = found
    return Destination(**vault.unseal(owner, bytes(sealed)))
