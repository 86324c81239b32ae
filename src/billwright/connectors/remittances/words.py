"""The words, amounts and days of advice, which agree on nothing."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from billwright.payments.ports.remittances import AdviceLine

LINES_MAX: Final = 20_000
LETTERS_MAX: Final = 200

_AMOUNT = re.compile(
    r"(?P<open>\()?(?P<sign>[-+\u2212])?[A-Z]{0,3}[€£$₹]?\s?(?P<inner>[-+\u2212])?"
    r"(?P<number>\d{1,3}(?:[ ',.\u00a0]\d{3})+(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,4})?)"
    r"(?P<behind>[-\u2212])?(?P<close>\))?",
    re.ASCII,
)
_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y", "%d %B %Y", "%d.%m.%y")
_MINUS = ("-", "\u2212")


def amount_in(text: str) -> Decimal | None:
    """An amount in either decimal mark, with sign or in parentheses; None for anything else."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    number = re.sub(r"[ '\u00a0]", "", found["number"])
    whole, mark, part = number, "", ""
    last = max(number.rfind("."), number.rfind(","))
    # A single mark before exactly three digits groups thousands; any other last mark is the decimal one.
    if last >= 0 and not (len(number) - last == 4 and number[:last] not in ("", "0")):
        whole, mark, part = number[:last], ".", number[last + 1 :]
    amount = Decimal(re.sub(r"[.,]", "", whole) + mark + part)
    minus = (found["sign"], found["inner"], found["behind"])
    return -amount if found["open"] or any(sign in _MINUS for sign in minus) else amount


def day_in(text: str) -> date | None:
    """A civil day in one of the usual forms, or None."""
    text = " ".join(text.split())[:20]
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a civil day has no zone
        except ValueError:
            continue
    return None


def own(text: str) -> str:
    """A text of a payer in single spaces, printable and not too long."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())[:LETTERS_MAX]


def line_of(document: str, amount: Decimal, deduction: Decimal, reason: str) -> AdviceLine:
    """A line; a deduction is above zero however the payer wrote it."""
    return AdviceLine(own(document)[:60], amount, abs(deduction), own(reason))
