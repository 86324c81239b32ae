"""Numbers of payment cards are kept out of the house: they are known by their length, their first digit and Luhn.

A number of 13 to 19 digits, spaces and hyphens between them allowed, that begins like those of the card networks
(ISO/IEC 7812: 2 to 6, and 81 of RuPay) and whose check digit is right (ISO/IEC 7812-1 annex B). One of ten other
numbers of that form is refused too: the price of never keeping a card number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

_DIGITS: Final = re.compile(r"(?<![\w.-])(?:[2-6]|8[12])(?:[ -]?[0-9]){11,18}(?![\w-])")
_DIGITS_MIN, _DIGITS_MAX = 13, 19
SHOWN_DIGITS = 4


def _is_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_card_number(text: str) -> bool:
    digits = re.sub(r"[ -]", "", text)
    return _DIGITS_MIN <= len(digits) <= _DIGITS_MAX and len(set(digits)) > 1 and _is_luhn(digits)


def has_card_number(text: str) -> bool:
    """Whether a text holds what looks like the number of a payment card."""
    return any(_is_card_number(found.group()) for found in _DIGITS.finditer(text))


def masked(text: str) -> str:
    """The text with all but the last four digits of card numbers struck out."""

    def strike(found: re.Match[str]) -> str:
        if not _is_card_number(found.group()):
            return found.group()
        digits = re.sub(r"[ -]", "", found.group())
        return "*" * (len(digits) - SHOWN_DIGITS) + digits[-SHOWN_DIGITS:]

    return _DIGITS.sub(strike, text)


def refuse_card_numbers(fields: Mapping[str, str]) -> None:
    """Raise Refusal `card_number.refused` naming the first field that holds a card number; it is not repeated."""
    for field, text in fields.items():
        if has_card_number(text):
            raise Refusal(
                "card_number.refused",
                _("This looks like the number of a payment card. Card numbers are never kept here."),
                field=field,
                cure=_("Let the customer give it on the payment page of the gateway; keep only its token."),
            )
