"""The history of transactions, a table of text, as payouts: a payout is made of the lines since the one before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.ports.gateways import LineKind, PayoutIn, PayoutLineIn

PAYOUT: Final = "Payout"
KINDS: Final = {
    "Funds Received": LineKind.PAYMENT,
    "Refund": LineKind.REFUND,
    "Chargeback": LineKind.CHARGEBACK,
    "Chargeback Reversal": LineKind.CHARGEBACK_WON,
    "Fee": LineKind.FEE,
}


def payouts_of(rows: Iterable[Mapping[str, str]]) -> Iterator[PayoutIn]:
    """Payouts in the order of the history; lines after the last one wait for the next. Raises Refusal with its row."""
    lines: list[PayoutLineIn] = []
    for number, row in enumerate(rows, start=1):
        try:
            kind, day, currency = row["Type"], date.fromisoformat(row["Date"][:10]), row["Currency"]
            gross, fee = Money.of(Decimal(row["Gross"]), currency), Money.of(Decimal(row["Fee"] or 0), currency)
        except (KeyError, TypeError, ValueError, InvalidOperation) as error:
            raise Refusal(
                "payout.unreadable", _("The history of the gateway cannot be read."), field="Date", row=number
            ) from error
        if kind == PAYOUT:
            key = row.get("PF Payment ID") or ""
            yield PayoutIn(
                payout_key=f"{day.isoformat()}-{key}", net=-gross, paid_on=day, bank_reference=key, lines=tuple(lines)
            )
            lines = []
            continue
        lines.append(
            PayoutLineIn(
                kind=KINDS.get(kind, LineKind.OTHER),
                line_key=row.get("Line") or f"{number}",
                amount=gross,
                fee=-fee if fee.amount_minor < 0 else fee,
                payment_key=row.get("PF Payment ID") or "",
                object_key=row.get("Description") or "",
                happened_on=day,
                text=kind,
            )
        )
