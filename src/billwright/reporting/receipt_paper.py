"""A receipt as it is printed: the money, what it settles, and what of it waits."""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account, parties
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity, get_logo
from billwright.payments.queries import get_confirmable
from billwright.payments.rows import PaymentRow
from billwright.receivables.queries import get_items, list_allocations
from billwright.render.documents import (
    Logo,
    PrintedSettlement,
    SettlementKind,
    SettlementRow,
    TotalLine,
    TotalRole,
)
from billwright.reporting.statement_paper import buyer_block, seller_block

ALLOCATIONS_MAX = 500


def printed_receipt(payment_id: int, *, issued_on: date) -> PrintedSettlement:
    """The receipt as `render` prints it, in the account's language.

    Raises NotFound, Refusal `receipt.payer_unknown` for money in suspense, `receipt.returned` for money taken back.
    """
    payment = get_confirmable(payment_id)
    assert payment.account_id is not None
    account = get_account(payment.account_id)
    entity = get_legal_entity(legal_entity_id=payment.legal_entity_id)
    logo = get_logo(entity.id)
    rows = _rows(payment)
    applied = sum((row.applied for row in rows), start=Money.zero(payment.amount.currency))
    unallocated = payment.amount - applied
    totals = (TotalLine(TotalRole.UNALLOCATED, unallocated),) if unallocated else ()
    with translation.override(account.language):
        method = str(_method_words()[payment.method])
    return PrintedSettlement(
        kind=SettlementKind.RECEIPT,
        number=payment.number or str(payment.payment_id),
        issued_on=issued_on,
        received_on=payment.value_date,
        method=method,
        reference=payment.reference,
        seller=seller_block(entity),
        buyer=buyer_block(parties([account.id], on=issued_on)[account.id]),
        language=account.language,
        currency=payment.amount.currency,
        logo=Logo(logo[0]) if logo else None,
        rows=rows,
        totals=(*totals, TotalLine(TotalRole.AMOUNT_RECEIVED, payment.amount)),
    )


def _method_words() -> dict[str, str]:
    return {
        "BANK_TRANSFER": _("Bank transfer"),
        "DIRECT_DEBIT": _("Direct debit"),
        "CARD": _("Card"),
        "WALLET": _("Wallet"),
        "CHEQUE": _("Cheque"),
        "CASH": _("Cash"),
        "OTHER": _("Other"),
        "CREDIT": _("Credit"),
    }


def _rows(payment: PaymentRow) -> tuple[SettlementRow, ...]:
    """What the money settles now, oldest document first."""
    settled: dict[int, Money] = {}
    for row in list_allocations(payment_id=payment.payment_id, standing_only=True, limit=ALLOCATIONS_MAX):
        settled[row.open_item_id] = settled.get(row.open_item_id, Money.zero(row.amount.currency)) + row.amount
    items = sorted(get_items(settled).values(), key=lambda item: (item.due_date, item.open_item_id))
    return tuple(
        SettlementRow(
            document=item.shown_name,
            issued_on=item.document_date,
            amount=item.amount,
            applied=settled[item.open_item_id],
            due_date=item.due_date,
            remaining=item.open,
        )
        for item in items
    )
