"""What every printed paper shares: letterhead, facts, tables, totals, payment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render.documents import (
    BankDetails,
    CopyMark,
    Fact,
    FactLabel,
    Letterhead,
    Logo,
    PartyBlock,
    PaymentBlock,
    TotalLine,
    TotalRole,
)
from billwright.render.formats import Formats, formats_for
from billwright.render.qr import payment_payload, qr_svg
from billwright.render.wording import Words, words_for

Page = dict[str, Any]
Rows = list[list[str]]

LOGO_BYTES_MAX = 512 * 1024
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
STRONG_TOTALS = frozenset({TotalRole.TOTAL, TotalRole.AMOUNT_DUE, TotalRole.AMOUNT_RECEIVED})
# A word longer than this is given places to break, or it would run out of its column.
WORD_LENGTH_MAX = 24
ZERO_WIDTH_SPACE = "\u200b"
# C0 and C1 controls but tab and line feed; marks and overrides of writing direction (Unicode TR 36, section 2.3).
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
MINUS = "\u2212"


@dataclass(frozen=True, slots=True)
class Pen:
    """The words and formats of one document, together."""

    words: Words
    formats: Formats

    def amount(self, money: Money | None) -> str:
        """An amount without currency, with a real minus sign; empty for none."""
        return "" if money is None else with_minus(self.formats.amount(money))

    def money(self, money: Money) -> str:
        """An amount with its currency."""
        return with_minus(self.formats.money(money))

    def in_currency(self, key: str, currency: str) -> str:
        """A column's label that names the currency of its amounts."""
        return self.words("in_currency", label=self.words(key), currency=currency)


def pen_for(document: Letterhead) -> Pen:
    formats = formats_for(document.language, country=document.seller.country, style=document.number_style)
    return Pen(words=words_for(document.language), formats=formats)


def letterhead_page(document: Letterhead, pen: Pen, *, template: str, title: str) -> Page:
    """The parts of the page that do not depend on the kind of document."""
    issued_on, seller = document.issued_on, document.seller
    return {
        "template": template,
        "language": document.language,
        "accent": _accent(document.accent),
        "title": title,
        "number": document.number,
        "issued": [issued_on.year, issued_on.month, issued_on.day],
        "mark": "" if document.copy_mark is CopyMark.NONE else pen.words(f"mark_{document.copy_mark.lower()}"),
        "seller": seller.name,
        "sender": " \u00b7 ".join([seller.name, *seller.address]),
        "seller_numbers": " \u00b7 ".join(f"{label} {value}" for label, value in party_numbers(seller, pen)),
        "logo": _logo(document.logo, seller.name),
        "buyer": _address(document.buyer, pen),
        "buyer_numbers": party_numbers(document.buyer, pen),
        "delivery_label": pen.words("delivery_address"),
        "delivery": list(document.buyer.delivery_address),
        "introduction": document.introduction,
        "notes": list(document.notes),
        "payment": payment_box(document.payment, pen),
        "footer": _footer(document, pen),
        "page": pen.words("page", page="{page}", pages="{pages}"),
    }


def facts_of(
    document: Letterhead, pen: Pen, own: Iterable[tuple[str, str]], facts: Sequence[Fact] | None = None
) -> Rows:
    """The head's labelled values: the kind's own ones, then the references; those without a value are left out."""
    words = pen.words
    named = [(words(key), value) for key, value in own]
    customer = [(words("customer_number"), document.buyer.customer_number)]
    head = [[label, breakable(value)] for label, value in (*named, *customer) if value]
    return head + written_facts(document.facts if facts is None else facts, pen)


def written_facts(facts: Iterable[Fact], pen: Pen) -> Rows:
    """References with their labels in the document's words; those without a value are left out."""
    return [
        [pen.words(f"fact_{fact.label.lower()}") if isinstance(fact.label, FactLabel) else fact.label,
         breakable(fact.value)]
        for fact in facts
        if fact.value
    ]  # fmt: skip


def party_numbers(party: PartyBlock, pen: Pen) -> Rows:
    """Tax and registration numbers with what the party's country calls them."""
    tax_label = "GSTIN" if party.country == "IN" else pen.words("tax_number")
    numbers = [[tax_label, party.tax_number], [pen.words("company_number"), party.company_number]]
    return [[label, value] for label, value in numbers if value]


def table(columns: Sequence[tuple[str, str]], rows: Sequence[Page]) -> Page:
    """A table: (label, align) per column, align `left` for the one column of text that takes the free width."""
    return {"columns": [{"label": label, "align": align} for label, align in columns], "rows": list(rows)}


def total_rows(totals: Iterable[TotalLine], pen: Pen) -> list[Page]:
    return [
        {
            "label": total.label or pen.words(f"total_{total.role.lower()}"),
            "amount": pen.money(total.amount),
            "strong": total.role in STRONG_TOTALS,
        }
        for total in totals
    ]


def payment_box(payment: PaymentBlock | None, pen: Pen) -> Page | None:
    """How to pay, with the QR code; none when the document asks for no payment."""
    if payment is None:
        return None
    words = pen.words
    rows = [
        (words("payment_amount"), pen.money(payment.amount)),
        (words("date_due"), pen.formats.day(payment.due_date) if payment.due_date else ""),
        (words("payment_reference"), payment.reference),
        *(_bank_rows(payment.bank, pen) if payment.bank else ()),
    ]
    return {
        "title": words("payment_title"),
        "rows": [[label, breakable(value)] for label, value in rows if value],
        "link_label": words("payment_online"),
        "link": payment.pay_url,
        "note": payment.note,
        "qr": qr_svg(payment_payload(payment)),
        "qr_hint": words("payment_scan"),
        "qr_alternative": words("payment_scan_alternative"),
    }


def with_minus(number: str) -> str:
    """A written number with a minus sign as wide as a digit's, in place of the short hyphen."""
    return number.replace("-", MINUS)


def without_controls(page: Page) -> Page:
    """The page without invisible controls in its texts: they cannot be printed, or turn the reading order round."""

    def cleaned(part: Any) -> Any:
        if isinstance(part, str):
            return CONTROLS.sub("", part)
        if isinstance(part, dict):
            return {key: cleaned(value) for key, value in part.items()}
        return [cleaned(value) for value in part] if isinstance(part, list) else part

    logo = page["logo"]
    return {**cleaned({**page, "logo": None}), "logo": logo}


def breakable(text: str) -> str:
    """Give words too long for a column places to break, without a visible hyphen."""

    def broken(match: re.Match[str]) -> str:
        word = match.group()
        return ZERO_WIDTH_SPACE.join(word[at : at + WORD_LENGTH_MAX] for at in range(0, len(word), WORD_LENGTH_MAX))

    return re.sub(rf"[^\s{ZERO_WIDTH_SPACE}]{{{WORD_LENGTH_MAX + 1},}}", broken, text)


def grouped_in_fours(iban: str) -> str:
    """An IBAN as people read it (ISO 13616-1): DE89 3704 0044 …"""
    compact = iban.replace(" ", "")
    return " ".join(compact[at : at + 4] for at in range(0, len(compact), 4))


def _bank_rows(bank: BankDetails, pen: Pen) -> list[tuple[str, str]]:
    words = pen.words
    return [
        (words("payment_holder"), bank.account_holder),
        (words("payment_bank"), bank.bank_name),
        ("IBAN", grouped_in_fours(bank.iban)),
        ("BIC", bank.bic),
        (words("payment_account"), bank.account_number),
        (words("payment_branch"), bank.branch_code),
        ("IFSC", bank.ifsc),
        ("UPI", bank.upi_id),
    ]


def _address(party: PartyBlock, pen: Pen) -> list[str]:
    attention = [pen.words("attention", name=party.attention)] if party.attention else []
    return [breakable(line) for line in (party.name, *attention, *party.address)]


def _footer(document: Letterhead, pen: Pen) -> list[list[str]]:
    """Three columns: who we are, our numbers, how to reach us."""
    seller = document.seller
    numbers = [f"{label} {value}" for label, value in party_numbers(seller, pen)]
    reach = [line for line in (seller.phone, seller.email, seller.website) if line]
    return [[seller.name, *seller.address], numbers, reach]


def _accent(colour: str) -> str:
    if not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        raise Refusal(
            "accent.unreadable",
            _("%(colour)s is not a colour.") % {"colour": colour},
            field="accent",
            cure=_("Write it as #1f4fa3."),
        )
    return colour


def _logo(logo: Logo | None, seller_name: str) -> Page | None:
    """The logo in a form that fits into JSON. Raises Refusal `logo.too_large` or `logo.unreadable`."""
    if logo is None:
        return None
    if len(logo.content) > LOGO_BYTES_MAX:
        raise Refusal(
            "logo.too_large",
            _("The logo is larger than 512 KiB."),
            field="logo",
            cure=_("Use an SVG, or a PNG of at most 1000 pixels."),
        )
    is_png = logo.content.startswith(PNG_SIGNATURE)
    if not is_png and b"<svg" not in logo.content[:2048]:
        raise Refusal("logo.unreadable", _("The logo is neither an SVG nor a PNG picture."), field="logo")
    return {
        "format": "png" if is_png else "svg",
        "bytes": list(logo.content),
        "alternative": logo.alternative or seller_name,
    }
