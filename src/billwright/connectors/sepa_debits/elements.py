"""Elements that both messages share: parties, accounts, banks, amounts, and the letters that SEPA takes."""

from __future__ import annotations

import unicodedata
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.collecting_rows import BankDetails

# The Latin letters that every bank of SEPA takes (EPC217-08); the rest is written with the nearest of them.
LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
_SPELLED: Final = {
    "ß": "ss",
    "æ": "ae",
    "Æ": "AE",
    "ø": "o",
    "Ø": "O",
    "œ": "oe",
    "ł": "l",
    "Ł": "L",
    "&": "+",
    "_": "-",
}
NAME_LETTERS: Final = 70
TEXT_LETTERS: Final = 140
# What stands for a bank identifier that was not given: since 2016 the IBAN alone is enough.
NOT_PROVIDED: Final = "NOTPROVIDED"


def plain(text: str, *, most: int) -> str:
    """A text in the letters of SEPA, cut to a length."""
    spelled = "".join(_SPELLED.get(letter, letter) for letter in text)
    letters = unicodedata.normalize("NFKD", spelled)
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return "".join(letter if letter in LETTERS else "." for letter in kept).strip()[:most]


def named(parent: Element, tag: str, name: str, *, row: int | None = None) -> Element:
    """A party by its name. Raises Refusal where nothing of the name can be written."""
    written = plain(name, most=NAME_LETTERS)
    if not any(letter.isalnum() for letter in written):
        raise Refusal(
            "sepa.name",
            _("The name %(name)s cannot be written in the letters of SEPA.") % {"name": repr(name)},
            field="holder",
            row=row,
            cure=_("Enter it in Latin letters."),
        )
    party = SubElement(parent, tag)
    SubElement(party, "Nm").text = written
    return party


def account(parent: Element, tag: str, details: BankDetails, *, row: int | None = None) -> None:
    """An account by its IBAN. Raises Refusal for any other kind of account."""
    if not details.iban:
        raise Refusal(
            "sepa.without_iban",
            _("SEPA knows accounts by their IBAN alone."),
            field="iban",
            row=row,
            cure=_("Ask the customer for it."),
        )
    SubElement(SubElement(SubElement(parent, tag), "Id"), "IBAN").text = details.iban


def bank(parent: Element, tag: str, details: BankDetails) -> None:
    """A bank by its BIC, or said not to be provided."""
    institution = SubElement(SubElement(parent, tag), "FinInstnId")
    if details.bic:
        SubElement(institution, "BICFI").text = details.bic
    else:
        SubElement(SubElement(institution, "Othr"), "Id").text = NOT_PROVIDED


def amount(parent: Element, money: Money, *, row: int) -> None:
    """An amount in euro. Raises Refusal for any other currency."""
    if money.currency != "EUR":
        raise Refusal(
            "sepa.other_currency",
            _("SEPA moves euro, not %(currency)s.") % {"currency": money.currency},
            field="amount",
            row=row,
        )
    element = SubElement(parent, "InstdAmt", Ccy="EUR")
    element.text = f"{money.decimal:.2f}"


def counts(parent: Element, amounts: list[Money]) -> None:
    """How many transactions, and their sum."""
    SubElement(parent, "NbOfTxs").text = str(len(amounts))
    SubElement(parent, "CtrlSum").text = f"{Money(sum(one.amount_minor for one in amounts), 'EUR').decimal:.2f}"


def document(root: Element) -> bytes:
    """The file as UTF-8 with its declaration."""
    indent(root, space=" ")
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
