"""A deposit slip as it is printed: the cheques and the cash that go to the bank together."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.org.queries import get_legal_entity, get_logo, list_bank_accounts
from billwright.payments.queries.counter import get_slip, list_cheques
from billwright.render.documents import (
    Logo,
    PartyBlock,
    PrintedSettlement,
    SettlementKind,
    SettlementRow,
    TotalLine,
    TotalRole,
)
from billwright.reporting.statement_paper import seller_block

CHEQUES_MAX = 500


def printed_deposit_slip(slip_id: int) -> PrintedSettlement:
    """The slip as `render` prints it, in the company's language. Raises NotFound."""
    slip = get_slip(slip_id)
    entity = get_legal_entity(legal_entity_id=slip.legal_entity_id)
    bank = next(one for one in list_bank_accounts(entity.id) if one.id == slip.bank_account_id)
    logo = get_logo(entity.id)
    rows = [
        SettlementRow(
            document=f"{cheque.number} {cheque.bank_name}, {cheque.drawer}",
            issued_on=cheque.drawn_on,
            amount=cheque.amount,
            applied=cheque.amount,
        )
        for cheque in list_cheques(slip_id=slip_id, limit=CHEQUES_MAX)
    ]
    if slip.cash:
        rows.append(SettlementRow(document=_("Cash"), issued_on=slip.deposited_on, amount=slip.cash, applied=slip.cash))
    return PrintedSettlement(
        kind=SettlementKind.DEPOSIT_SLIP,
        number=f"DS-{slip.id:06d}",
        issued_on=slip.deposited_on,
        seller=seller_block(entity),
        buyer=PartyBlock(name=bank.bank_name or bank.label, address=(bank.holder, bank.iban or bank.account_number)),
        language=entity.language,
        currency=slip.total.currency,
        logo=Logo(logo[0]) if logo else None,
        rows=tuple(rows),
        totals=(TotalLine(TotalRole.TOTAL, slip.total),),
    )
