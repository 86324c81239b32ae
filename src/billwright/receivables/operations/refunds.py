"""Refunds: money sent back out of unallocated cash or an unapplied credit note, never more than is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money
from billwright.ledger.states import LedgerRole
from billwright.payments.operations import record_refund
from billwright.payments.rows import RefundIn, RefundRow
from billwright.payments.states import PaymentMethod
from billwright.receivables.models import OpenItem, UnallocatedCash
from billwright.receivables.operations.carrying import Carrying
from billwright.receivables.operations.cash import use_for_refund


@dataclass(frozen=True, slots=True, kw_only=True)
class Refundable:
    """A locked source of a refund: whose it is, the receipt it is a piece of, and what is left of it."""

    legal_entity_id: int
    account_id: int
    payment_id: int | None
    left: Money


def lock_refundable(*, cash_id: int | None, credit_item_id: int | None, amount: Money) -> Refundable:
    """Lock a source and say what is left of it, until the transaction ends. Raises what `refund_source` refuses."""
    source = _locked_source(cash_id, credit_item_id, amount)
    assert source.account_id is not None
    return Refundable(
        legal_entity_id=source.legal_entity_id,
        account_id=source.account_id,
        payment_id=source.payment_id if isinstance(source, UnallocatedCash) else None,
        left=_left(source),
    )


def refund_source(
    *,
    act: Act,
    cash_id: int | None,
    credit_item_id: int | None,
    amount: Money,
    method: PaymentMethod,
    value_date: date,
    reference: str,
    through_clearing: bool,
) -> RefundRow:
    """Refund from one source, inside the act of `workflow.payment_intake.refund`. Raises Refusal above what is left."""
    source = _locked_source(cash_id, credit_item_id, amount)
    payment_id = source.payment_id if isinstance(source, UnallocatedCash) else None
    if value_date < source.accounting_date:
        raise Refusal(
            "refund.before_money",
            _("The money came on %(day)s, after the day of the refund.") % {"day": source.accounting_date},
            field="value_date",
            cure=_("Give the day on which the money went back."),
        )
    assert source.account_id is not None
    refund = record_refund(
        act=act,
        refund=RefundIn(
            legal_entity_id=source.legal_entity_id,
            account_id=source.account_id,
            payment_id=payment_id,
            out_of=LedgerRole.RECEIVABLES if payment_id is None else LedgerRole.UNALLOCATED_CASH,
            amount=amount,
            method=method,
            value_date=value_date,
            reference=reference,
            through_clearing=through_clearing,
            base_minor=Carrying([source]).leave(source, amount.amount_minor),
        ),
    )
    use_for_refund(act=act, source=source, refund=refund)
    return refund


def _locked_source(cash_id: int | None, credit_item_id: int | None, amount: Money) -> UnallocatedCash | OpenItem:
    """The locked source, of which at least the amount is left."""
    if (cash_id is None) == (credit_item_id is None):
        raise Refusal(
            "refund.one_source",
            _("A refund has one source: a piece of cash or a credit note."),
            field="cash_id",
            cure=_("Give cash_id or credit_item_id."),
        )
    rows: list[UnallocatedCash] | list[OpenItem]
    rows = lock_rows(UnallocatedCash, [cash_id]) if cash_id is not None else lock_rows(OpenItem, [credit_item_id])
    if not rows:
        field = "cash_id" if cash_id is not None else "credit_item_id"
        raise NotFound("refund.source_not_found", _("There is no such money or credit."), field=field)
    [source] = rows
    _refuse_excess(source, _left(source), amount)
    return source


def _left(source: UnallocatedCash | OpenItem) -> Money:
    return Money(abs(source.open_minor), source.currency)


def _refuse_excess(source: UnallocatedCash | OpenItem, left: Money, amount: Money) -> None:
    if isinstance(source, OpenItem) and source.amount_minor >= 0:
        raise Refusal(
            "refund.not_a_credit",
            _("An invoice is owed to us: there is nothing to send back."),
            field="credit_item_id",
            cure=_("Credit it first, then refund the credit note."),
        )
    if source.account_id is None:
        raise Refusal(
            "refund.payer_unknown",
            _("The money is in suspense: its payer is not known."),
            field="cash_id",
            cure=_("Move it to the payer's account first, or record a return."),
        )
    if amount.currency != left.currency or amount.amount_minor <= 0:
        raise Refusal(
            "refund.other_currency",
            _("A refund is an amount above zero in %(currency)s.") % {"currency": left.currency},
            field="amount",
            cure=_("Refund in the currency of the money."),
        )
    if amount > left:
        raise Refusal(
            "refund.exceeds_left",
            _("Only %(left)s is left to send back.") % {"left": left},
            field="amount",
            cure=_("Refund at most that, or unallocate something first."),
        )
