"""A remittance slip as it is printed: the open items that a payer is asked to pay, where to, and a code to scan."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account, parties
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity, get_logo
from billwright.receivables.queries import chaseable
from billwright.receivables.rows import OpenItemRow
from billwright.render.documents import (
    Logo,
    PrintedSettlement,
    SettlementKind,
    SettlementRow,
    TotalLine,
    TotalRole,
)
from billwright.reporting.statement_paper import buyer_block, payment_block, seller_block


def printed_slip(account_id: int, *, as_of: date) -> PrintedSettlement:
    """What an account is asked to pay on a day, item by item, in the account's language.

    Disputed parts are not asked for, nor what the account's own unallocated money and credit notes will settle.
    Raises NotFound, Refusal `slip.nothing_to_pay`.
    """
    account = get_account(account_id)
    rows = tuple(_row(item) for item in chaseable(as_of=as_of, account_ids=[account_id]) if _to_pay(item))
    if not rows:
        raise Refusal(
            "slip.nothing_to_pay",
            _("Nothing is to be paid on account %(number)s.") % {"number": account.number},
            cure=_("Look at its statement: what is open is disputed, or covered by the account's own money."),
        )
    entity = get_legal_entity(legal_entity_id=account.legal_entity_id)
    logo = get_logo(entity.id)
    total = sum((row.applied for row in rows), start=Money.zero(account.currency))
    return PrintedSettlement(
        kind=SettlementKind.REMITTANCE_SLIP,
        number=f"{account.number} {as_of}",
        issued_on=as_of,
        seller=seller_block(entity),
        buyer=buyer_block(parties([account.id], on=as_of)[account.id]),
        language=account.language,
        currency=account.currency,
        logo=Logo(logo[0]) if logo else None,
        rows=rows,
        totals=(TotalLine(TotalRole.AMOUNT_DUE, total),),
        payment=payment_block(account, total),
    )


def _to_pay(item: OpenItemRow) -> Money:
    """Promised and planned parts are printed too: a payer with a promise needs the slip to keep it."""
    if item.open.amount_minor <= 0:
        return Money.zero(item.open.currency)
    return item.open - item.disputed - item.covered


def _row(item: OpenItemRow) -> SettlementRow:
    return SettlementRow(
        document=item.shown_name,
        issued_on=item.document_date,
        amount=item.amount,
        applied=_to_pay(item),
        due_date=item.due_date,
    )
