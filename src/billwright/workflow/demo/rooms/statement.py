"""Statements of the demo's banks, as banks send them by the MT940 of SWIFT."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from billwright.org.queries import BankAccountRow
from billwright.workflow import bank_inbox
from billwright.workflow.demo.rooms.scene import Scene

Line = tuple[date, Decimal, str]
OPENING = Decimal("25000.00")


def take_statement(scene: Scene, code: str, lines: Sequence[Line], *, wrong_by: Decimal = Decimal(0)) -> None:
    """The next statement of a company's bank: (day, amount, text) each. `wrong_by`: it does not add up."""
    bank, closings = scene.bank(code), scene.balances.setdefault(code, [OPENING])
    number, opening = len(closings), closings[-1]
    text = _mt940(bank, lines, opening=opening, number=number, wrong_by=wrong_by)
    bank_inbox.take_bank_file(
        act=scene.act("Fetched from the bank"),
        name=f"{code.lower()}-{scene.day:%Y%m%d}-{number}.sta",
        content=text.encode(),
        bank_account_id=bank.id,
    )
    if not wrong_by:
        closings.append(opening + _sum(lines))


def _sum(lines: Sequence[Line]) -> Decimal:
    return sum((amount for _day, amount, _text in lines), Decimal(0))


def _mt940(bank: BankAccountRow, lines: Sequence[Line], *, opening: Decimal, number: int, wrong_by: Decimal) -> str:
    days = [day for day, _amount, _text in lines]
    rows = [":20:DEMO", f":25:{bank.iban or bank.account_number}", f":28C:{number}"]
    rows.append(f":60F:C{min(days):%y%m%d}{bank.currency}{_comma(opening)}")
    for place, (day, amount, text) in enumerate(lines, start=1):
        mark = "C" if amount > 0 else "D"
        rows.append(f":61:{day:%y%m%d}{day:%m%d}{mark}{_comma(abs(amount))}NTRFNONREF//{number:02d}{place:04d}")
        rows.append(f":86:{text}"[:69])
    rows.append(f":62F:C{max(days):%y%m%d}{bank.currency}{_comma(opening + _sum(lines) + wrong_by)}")
    return "\n".join([*rows, "-", ""])


def _comma(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
