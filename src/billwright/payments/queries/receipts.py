"""Reads of receipts and refunds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money, minors_of
from billwright.kernel.sql import step
from billwright.ledger.queries import get_entry
from billwright.payments.models import Payment, Refund
from billwright.payments.rows import PaymentRow, RecordedReceipt, RefundRow
from billwright.payments.states import PaymentState

PAGE_MAX = 500


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Whose books a billing account is kept in, and in which currency."""

    legal_entity_id: int
    currency: str


def account_facts(account_ids: Collection[int]) -> dict[int, AccountFacts]:
    """The entity and currency of each account that exists."""
    with connection.cursor() as cursor:
        rows = step("billwright.payments", "account_facts").rows(cursor, {"account_ids": list(account_ids)})
    return {id_: AccountFacts(entity, currency) for id_, entity, currency in rows}


def bank_account_entities(bank_account_ids: Collection[int]) -> dict[int, int]:
    """The legal entity of each own bank account that exists."""
    if not bank_account_ids:
        return {}
    with connection.cursor() as cursor:
        parameters = {"bank_account_ids": list(bank_account_ids)}
        return dict(step("billwright.payments", "bank_account_entities").rows(cursor, parameters))


def receipts_by_key(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Payment]:
    """The receipts that are recorded already, by (source, source_key)."""
    by_source: dict[str, list[str]] = {}
    for source, source_key in keys:
        by_source.setdefault(source, []).append(source_key)
    return {
        (payment.source, payment.source_key): payment
        for source, source_keys in by_source.items()
        for payment in Payment.objects.filter(source=source, source_key__among=source_keys)
    }


def recorded(payment: Payment, *, repeated: bool) -> RecordedReceipt:
    return RecordedReceipt(
        payment_id=payment.pk,
        number=payment.number,
        legal_entity_id=payment.legal_entity_id,
        account_id=payment.account_id,
        amount=Money(payment.amount_minor, payment.currency),
        value_date=payment.value_date,
        accounting_date=payment.accounting_date,
        entry_id=payment.entry_id,
        repeated=repeated,
    )


def payment_row(payment: Payment) -> PaymentRow:
    return PaymentRow(
        payment_id=payment.pk,
        number=payment.number,
        legal_entity_id=payment.legal_entity_id,
        account_id=payment.account_id,
        amount=Money(payment.amount_minor, payment.currency),
        method=payment.method,
        reference=payment.reference,
        text=payment.text,
        payer_name=payment.payer_name,
        value_date=payment.value_date,
        accounting_date=payment.accounting_date,
        state=payment.state,
        entry_id=payment.entry_id,
        source=payment.source,
        recorded_by=payment.recorded_by,
        recorded_at=payment.recorded_at,
    )


def refund_row(refund: Refund) -> RefundRow:
    return RefundRow(
        refund_id=refund.pk,
        number=refund.number,
        legal_entity_id=refund.legal_entity_id,
        account_id=refund.account_id,
        payment_id=refund.payment_id,
        amount=Money(refund.amount_minor, refund.currency),
        value_date=refund.value_date,
        accounting_date=refund.accounting_date,
        entry_id=refund.entry_id,
        reason=refund.reason,
    )


def entry_day(entry_id: int) -> date:
    """The accounting date of an entry."""
    return get_entry(entry_id).accounting_date


def get_payment(payment_id: int) -> PaymentRow:
    """One receipt. Raises NotFound."""
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise NotFound("payment.not_found", f"There is no payment {payment_id}.", field="payment_id")
    return payment_row(payment)


def get_confirmable(payment_id: int) -> PaymentRow:
    """A receipt that can be confirmed to its payer: somebody is known, and the money stayed.

    Raises NotFound, Refusal `receipt.payer_unknown` for money in suspense, `receipt.returned` for money taken back.
    """
    payment = get_payment(payment_id)
    if payment.account_id is None:
        raise Refusal(
            "receipt.payer_unknown",
            _("Nobody knows yet who paid this: there is nobody to thank."),
            cure=_("Move the money to the payer's account first."),
        )
    if payment.state == PaymentState.RETURNED:
        raise Refusal(
            "receipt.returned",
            _("The money was taken back: there is nothing to confirm."),
            field="payment_id",
            cure=_("Send a statement of the account instead."),
        )
    return payment


def list_payments(
    *,
    account_id: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    reference: str = "",
    since: date | None = None,
    until: date | None = None,
    before: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[PaymentRow]:
    """Receipts, the newest value date first; page on with `before` = (value_date, payment_id) of the last row."""
    rows = Payment.objects.all()
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if legal_entity_ids is not None:
        rows = rows.filter(legal_entity_id__in=legal_entity_ids)
    if reference:
        rows = rows.filter(reference=reference)
    if since is not None:
        rows = rows.filter(value_date__gte=since)
    if until is not None:
        rows = rows.filter(value_date__lte=until)
    if before is not None:
        day, last_id = before
        rows = rows.filter(Q(value_date__lt=day) | Q(value_date=day, id__lt=last_id))
    return [payment_row(row) for row in rows.order_by("-value_date", "-id")[: min(limit, PAGE_MAX)]]


def search_payments(
    text: str, *, amount: Decimal | None = None, legal_entity_ids: Collection[int] | None = None, limit: int = 20
) -> list[PaymentRow]:
    """Receipts of exactly this number or bank reference, or of exactly this amount in whatever currency.

    With `legal_entity_ids` those of these companies only.
    """
    if amount is None:
        found = Payment.objects.filter(Q(reference=text) | Q(number__iexact=text))
    else:
        found = Payment.objects.filter(amount_minor__in=minors_of(amount))
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    rows = [payment_row(row) for row in found.order_by("-value_date", "-id")[:limit]]
    return [row for row in rows if amount is None or row.amount.decimal == amount]


def list_refunds(*, account_id: int, limit: int = 50) -> list[RefundRow]:
    """Refunds of an account, the newest first."""
    rows = Refund.objects.filter(account_id=account_id).order_by("-value_date", "-id")[: min(limit, PAGE_MAX)]
    return [refund_row(row) for row in rows]
