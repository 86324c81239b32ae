"""What stands in a cell: amounts with their grouping, sign and currency, and dates as a profile writes them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

_AMOUNTS: Final = {
    ".": re.compile(r"(\d+|\d{1,3}(?:[,' ]\d{2,3})*[,' ]\d{3})?(\.\d{1,8})?", re.ASCII),
    ",": re.compile(r"(\d+|\d{1,3}(?:[.' ]\d{3})+)?(,\d{1,8})?", re.ASCII),
}
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_SIGNED = re.compile(
    r"(?P<open>\()?(?P<before>[+\-\u2212\u2013])?(?:[A-Z]{1,3}|Rs\.?|[R€£$₹])? ?(?P<inner>[+\-\u2212])?"
    r"(?P<number>[\d.,' ]*\d|\d?)(?P<behind>[+\-\u2212])? ?(?:[A-Z]{3}|[€£$₹])?(?P<close>\))? ?(?P<side>CR|DR|C|D)?\.?",
    re.IGNORECASE,
)


def amount_in(cell: str, decimal: str) -> Decimal | None:
    """An amount with sign, parentheses, CR or DR; None where the cell holds anything else. Formulas are text."""
    text = _SPACES.sub(" ", cell).strip()
    found = _SIGNED.fullmatch(text)
    if not text or found is None or not found["number"] or bool(found["open"]) != bool(found["close"]):
        return None
    number = _AMOUNTS[decimal].fullmatch(found["number"])
    if number is None or len(text) > 40:
        return None
    whole = re.sub(r"\D", "", number.group(1) or "0")
    amount = Decimal(whole + (number.group(2) or "").replace(",", "."))
    marks = (found["before"], found["inner"], found["behind"])
    is_negative = any(mark and mark != "+" for mark in marks) or bool(found["open"])
    side = (found["side"] or "").upper()
    # An overdrawn balance is written -5.00 or 5.00 DR, never both to cancel out.
    return -amount if is_negative or side.startswith("D") else amount


@lru_cache(maxsize=8192)
def day_in(cell: str, formats: tuple[str, ...]) -> date | None:
    """The day by the first form that fits, or None."""
    text = " ".join(cell.split()).strip("'\" ")
    for form in formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a civil day has no zone
        except ValueError:
            continue
    return None
